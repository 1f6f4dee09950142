"""RFM ranking, deciles and CPM."""
