"""Of backend.dues."""
