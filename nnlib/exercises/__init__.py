"""What a reader does and is answered: one source for the notebook and for the page."""
