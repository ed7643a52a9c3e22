"""Shows the ward to one nurse and takes what people enter."""
