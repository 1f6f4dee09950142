"""Builds the template workbooks: plugins' sheets with their formulas, headings and charts, and a page that explains them."""
