"""Rows that look like one person or company entered twice: found with reasons, merged only when somebody says so."""
