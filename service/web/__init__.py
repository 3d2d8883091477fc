"""The pages: a check-in that takes a minute, the week, and nothing that needs JavaScript.

`app.create_app` puts them together. Each page is a thin route over the flow and a template over one
view value; who is asking comes from `sessions`, never from the address. Reading (GET, HEAD) changes
nothing that anybody would notice, since mail scanners open every link.
"""
