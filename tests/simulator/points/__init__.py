"""What a faithful stand-in for Amazon must do, point by point, each in a file that one finds by its name."""
