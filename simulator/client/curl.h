/*
 * curl.h - libcurl's functions, looked up by name when they are first needed.
 */
#ifndef CLIENT_CURL_H
#define CLIENT_CURL_H

#include "base/err.h"

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stdbool.h>

/* Members are called as the functions are, without curl_. */
struct curl {
	void *handle; /* NULL: not opened yet */
	CURLcode (*global_init)(long flags);
	void (*global_cleanup)(void);
	CURL *(*easy_init)(void);
	void (*easy_reset)(CURL *easy);
	CURLcode (*easy_set)(CURL *easy, CURLoption option, ...);
	CURLcode (*easy_get)(CURL *easy, CURLINFO info, ...);
	CURLcode (*easy_perform)(CURL *easy);
	void (*easy_cleanup)(CURL *easy);
	const char *(*easy_strerror)(CURLcode code);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
};

/* Does nothing if it is open. The error says what to install. */
bool curl_open(struct curl *c, struct err *e);
void curl_close(struct curl *c);

#endif
