"""What a reader does: bets on what a cell will show."""
