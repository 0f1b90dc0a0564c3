"""The visitors' door: pages and JSON without keys, cookies or sessions.

submit        the HTML form's POST
thread        the approved comments of an article, as a page and as JSON
receipts      the commenter's own page
demo          the demo article, and the welcome page
"""
