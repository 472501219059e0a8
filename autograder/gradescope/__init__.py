"""A verdict on Gradescope: what the uploaded zip runs there, and what it tells instructors and students."""
