"""The Excel add-in as a file: built from declarations and checked without Excel."""
