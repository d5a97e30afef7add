/*
 * page.h - the page that shows a world live: files compiled into the program.
 */
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "http/server.h"

/* Answers "/" and the files that the page asks for. False: the request is for something else; so
 * is one for "/" that asks for an Action, as EC2's Query protocol allows. */
bool http_page_answer(const struct http_request *request, struct http_reply *reply);

#endif
