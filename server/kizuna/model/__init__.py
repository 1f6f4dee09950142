"""The data: synced tables, their fields, the database behind them."""
