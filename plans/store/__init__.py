"""Tables, the database behind them, and how both come to be."""
