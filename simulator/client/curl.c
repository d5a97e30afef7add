/* curl.c - opens libcurl; see curl.h. */
#include "client/curl.h"

#include "base/intl.h"
#include "base/mem.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	size_t place;
} functions[] = {
	{"curl_global_init", offsetof(struct curl, global_init)},
	{"curl_global_cleanup", offsetof(struct curl, global_cleanup)},
	{"curl_easy_init", offsetof(struct curl, easy_init)},
	{"curl_easy_reset", offsetof(struct curl, easy_reset)},
	{"curl_easy_setopt", offsetof(struct curl, easy_set)},
	{"curl_easy_getinfo", offsetof(struct curl, easy_get)},
	{"curl_easy_perform", offsetof(struct curl, easy_perform)},
	{"curl_easy_cleanup", offsetof(struct curl, easy_cleanup)},
	{"curl_easy_strerror", offsetof(struct curl, easy_strerror)},
	{"curl_slist_append", offsetof(struct curl, slist_append)},
	{"curl_slist_free_all", offsetof(struct curl, slist_free_all)},
};

/* Debian's two builds of it; either will do. */
static void *open_curl(void)
{
	static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
	void *handle = NULL;

	for (size_t i = 0; !handle && i < ARRAY_LEN(names); i++)
		handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	return handle;
}

bool curl_open(struct curl *c, struct err *e)
{
	struct curl found = {0};
	void *function;

	if (c->handle)
		return true;
	found.handle = open_curl();
	for (size_t i = 0; found.handle && i < ARRAY_LEN(functions); i++) {
		function = dlsym(found.handle, functions[i].name);
		if (!function) {
			dlclose(found.handle);
			found.handle = NULL;
			break;
		}
		memcpy((char *)&found + functions[i].place, &function, sizeof function);
	}
	if (!found.handle || found.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(e, ERR_IO,
			_("An endpoint is reached with libcurl, which is not on this machine. Install it (Debian: apt install libcurl4), or leave the endpoint out."));
	*c = found;
	return true;
}

/* It stays in memory: what it has put there for the end of the process must be found then. */
void curl_close(struct curl *c)
{
	if (c->handle)
		c->global_cleanup();
	*c = (struct curl){0};
}
