"""The other graders, each with the toy assignment written the way that its documentation recommends."""
