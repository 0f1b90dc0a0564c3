"""Small files in the shapes that other programs write."""

import sqlite3
from contextlib import closing

WXR_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.1" -->
<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"
     xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Blog</title>
"""
WXR_TAIL = "</channel></rss>\n"


def wxr_comment(number, body="Well said.", **fields):
    parts = {
        "id": number,
        "author": "Ada",
        "author_email": f"ada{number}@mail.example",
        "author_IP": "192.0.2.17",
        "date_gmt": f"2020-01-02 03:04:{number % 60:02}",
        "content": f"<![CDATA[{body}]]>",
        "approved": "1",
        "parent": "0",
        **fields,
    }
    tags = (
        f"<wp:comment_{name}>{value}</wp:comment_{name}>"
        for name, value in parts.items()
        if value is not None
    )
    return f"<wp:comment>\n{''.join(tags)}\n</wp:comment>\n"


def wxr(*comments, path="/post/", title="A post", post=7, host="https://blog.example"):
    item = (
        f"<item><title>{title}</title><link>{host}{path}</link>"
        f"<content:encoded><![CDATA[<p>The article</p>]]></content:encoded>"
        f"<wp:post_id>{post}</wp:post_id>\n{''.join(comments)}</item>\n"
    )
    return WXR_HEAD + item + WXR_TAIL


DISQUS = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<post dsq:id="11"><message><![CDATA[<p>First<br>line</p>]]></message>
  <createdAt>2013-10-10T19:20:29Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam>
  <author><email>p@mail.example</email><name>peter</name></author>
  <ipAddress>192.0.2.9</ipAddress><thread dsq:id="2" /></post>
<post dsq:id="12"><message>A reply</message><createdAt>2013-10-11T06:51:33Z</createdAt>
  <isDeleted>false</isDeleted><isSpam>false</isSpam><author><name>user</name></author>
  <thread dsq:id="2" /><parent dsq:id="11" /></post>
<post dsq:id="13"><message/><createdAt>2013-10-11T07:00:00Z</createdAt>
  <isDeleted>true</isDeleted><author><name>gone</name></author><thread dsq:id="2" /></post>
<post dsq:id="14"><message>To the deleted</message><createdAt>2013-10-11T08:00:00Z</createdAt>
  <isDeleted>false</isDeleted><isSpam>maybe</isSpam><author><name/></author>
  <thread dsq:id="2" /><parent dsq:id="13" /></post>
<post dsq:id="15"><message>Buy</message><createdAt>2013-x-11T08:00:00Z</createdAt>
  <isDeleted>false</isDeleted><isSpam>true</isSpam><author><name>spammer</name></author>
  <thread dsq:id="2" /></post>
<post><id>1234</id><message>No id of its own</message><createdAt>2013-10-11T09:00:00Z</createdAt>
  <author><name>n</name></author><thread dsq:id="2" /></post>
<post dsq:id="16"><message>Orphan</message><createdAt>2013-10-11T09:00:00Z</createdAt>
  <author><name>n</name></author><thread dsq:id="404" /></post>
<thread dsq:id="2"><id/><link>https://blog.example/hello/</link><title>Hello</title></thread>
<thread dsq:id="3"><id/></thread>
</disqus>
"""

ISSO_JSON = """[{"id": "/a/", "title": "Nat+%26+Miguel", "comments": [
  {"id": 0, "author": "Ric", "email": "r@mail.example", "website": "", "remote_addr": "0.0.0.0",
   "created": "2005-05-08 06:50:26", "text": "Ja"},
  {"id": 0, "author": "", "created": "2005-05-09 06:50:26", "text": "Same id", "email": ""}]},
 {"id": "/b/", "title": "B", "comments": [{"id": 0, "author": "Tex", "email": "",
   "created": "2005-02-24 04:03:37", "text": "Great", "remote_addr": "0.0.0.0"}]}]
"""

REMARK42 = """{"version":1,"users":[{"id":"u1"}],"posts":[{"url":"https://blog.example/p/"}]}
{"id":"a1","pid":"","text":"see <a href=\\"https://x.example/\\" rel=\\"nofollow\\">link</a>",\
"user":{"name":"Una","id":"u1","ip":"293ec5"},"locator":{"site":"blog","url":"https://blog.example/p/"},\
"time":"2017-12-20T15:18:22.123456789-06:00"}
{"id":"a2","pid":"a1","text":"<p>typed</p>","orig":"typed","user":{"name":"Bo","id":"u2"},\
"locator":{"site":"blog","url":"https://blog.example/p/"},"time":"2017-12-20T15:18:23-06:00"}
{"id":"a3","pid":"a1","text":"","user":{"name":"Bo"},"delete":true,\
"locator":{"site":"blog","url":"https://blog.example/p/"},"time":"2017-12-20T15:18:24-06:00"}
{"something":"else"}
"""

COMMENTO = """{"version": 1, "comments": [
  {"commentHex": "c1", "domain": "blog.example", "url": "/p/", "commenterHex": "h1",
   "markdown": "First", "html": "", "parentHex": "root", "state": "approved",
   "creationDate": "2021-03-17T12:09:47.722181Z", "deleted": false},
  {"commentHex": "c2", "domain": "blog.example", "url": "/p/", "commenterHex": "anonymous",
   "markdown": "", "html": "<p>Second</p>", "parentHex": "c1", "state": "flagged",
   "creationDate": "2021-03-18T12:09:47Z", "deleted": false},
  {"commentHex": "c3", "domain": "blog.example", "url": "/p/", "commenterHex": "h1",
   "markdown": "[deleted]", "parentHex": "root", "state": "approved",
   "creationDate": "2021-03-18T12:09:47Z", "deleted": true}],
 "commenters": [{"commenterHex": "h1", "email": "h@mail.example", "name": "Hex",
   "link": "undefined"}]}
"""

COMENTARIO = """{"version": 3,
 "pages": [{"id": "p1", "path": "/p/", "title": "Page"}],
 "comments": [
  {"id": "k1", "pageId": "p1", "userCreated": "u1", "markdown": "One", "isApproved": true,
   "isPending": false, "isDeleted": false, "createdTime": "2023-01-01T10:00:00Z"},
  {"id": "k2", "parentId": "k1", "pageId": "p1", "userCreated": "u9", "authorName": "Guest",
   "markdown": "Two", "isApproved": false, "isPending": true,
   "createdTime": "2023-01-01T11:00:00Z"},
  {"id": "k3", "pageId": "p1", "userCreated": "u1", "markdown": "Three", "isApproved": false,
   "isPending": false, "createdTime": "2023-01-01T12:00:00Z"}],
 "commenters": [{"id": "u1", "name": "Ute", "email": "u@mail.example",
   "websiteUrl": "https://ute.example/"}]}
"""

ARTALK = """[
 {"id": "5", "rid": "0", "content": "Hallo", "ua": "Mozilla", "ip": "192.0.2.1",
  "created_at": "2021-10-28 20:50:15 +0800", "is_pending": "false", "nick": "Li",
  "email": "li@mail.example", "link": "", "page_key": "/x/", "page_title": "X",
  "site_name": "Blog", "site_urls": "https://blog.example/,https://old.example"},
 {"id": "6", "rid": "5", "content": "Held", "created_at": "2021-10-28T13:00:00Z",
  "is_pending": true, "nick": "Wu", "page_key": "https://blog.example/x/", "site_name": "Blog"}
]
"""

NATIVE = """{"format":"winnow","version":1,"emails":true}
{"id":"n1","parent":null,"article":{"url":"https://blog.example/p/","title":"P",\
"closed_at":"2024-01-01T00:00:00Z"},"author":{"name":"Nat","url":"","email":"n@mail.example"},\
"body":"Kept","posted_at":"2023-05-06T07:08:09.123456Z","status":"spam",\
"decision":{"by":"policy","reason":"surely spam","decided_at":"2023-05-06T07:08:10Z"}}
{"id":"n2","parent":"n1","article":{"url":"https://blog.example/p/","title":"P"},\
"author":{"name":"Per","url":"https://per.example/"},"body":"Answer",\
"posted_at":"2023-05-07T07:08:09Z","status":"approved",\
"decision":{"by":"person","reason":"","decided_at":"2023-05-08T00:00:00Z"}}
"""


def isso_database(path):
    """Write a database as Isso does."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR UNIQUE, title VARCHAR);
            CREATE TABLE comments (tid, id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT,
                mode INTEGER, remote_addr VARCHAR, text VARCHAR, author VARCHAR, email VARCHAR,
                website VARCHAR);
            INSERT INTO threads VALUES (1, '/post/', 'A post');
            INSERT INTO comments VALUES
                (1, 1, NULL, 1389720732.5, 1, '192.0.2.0', 'One **bold**', 'Ohai',
                 'o@mail.example', 'https://o.example/'),
                (1, 2, 1, 1389720733.5, 2, '192.0.2.0', 'Two', NULL, NULL, NULL),
                (1, 3, NULL, 1389720734.5, 4, '', '', NULL, NULL, NULL),
                (1, 4, 3, 1389720735.5, 9, '', 'Odd mode', 'M', NULL, NULL),
                (77, 5, NULL, 1389720736.5, 1, '', 'No thread', 'M', NULL, NULL);
            """
        )
    return path
