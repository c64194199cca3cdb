/* site: the pages in the browser, out of the binary, compressed for those who take it. */
#ifndef SITE_H
#define SITE_H

struct http;

void site_open(struct http *http);

#endif
