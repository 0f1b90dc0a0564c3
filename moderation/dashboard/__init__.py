"""The moderators' door: server-rendered pages under /moderate/, whole without JavaScript."""
