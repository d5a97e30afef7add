/* page.c - the page that shows a world live; see page.h. The files are in http/page/. */
#include "http/page.h"

#include "base/embed.h"
#include "base/mem.h"

#include <string.h>

EMBED(page, html, "simulator/http/page/page.html");
EMBED(page, css, "simulator/http/page/page.css");
EMBED(page, js, "simulator/http/page/page.js");
EMBED(page, lineage, "simulator/http/page/lineage.js");
EMBED(page, words, "simulator/http/page/words.js");
EMBED(page, icon, "simulator/http/page/icon.svg");

/* Nothing but this server, nothing inline, no frame around it: what learners name their resources
 * stays text even if the page had a hole. */
#define POLICY                                                                                     \
	"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "            \
	"img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

struct page_file {
	const char *path, *type;
	const char *bytes, *end;
};

static const struct page_file *page_file(const char *path)
{
	static const struct page_file files[] = {
		{"/", "text/html; charset=utf-8", page_html, page_html_end},
		{"/_amidojo/page.css", "text/css; charset=utf-8", page_css, page_css_end},
		{"/_amidojo/page.js", "text/javascript; charset=utf-8", page_js, page_js_end},
		{"/_amidojo/lineage.js", "text/javascript; charset=utf-8", page_lineage,
			page_lineage_end},
		{"/_amidojo/words.js", "text/javascript; charset=utf-8", page_words,
			page_words_end},
		{"/_amidojo/icon.svg", "image/svg+xml", page_icon, page_icon_end},
		{"/favicon.ico", "image/svg+xml", page_icon, page_icon_end},
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (strcmp(files[i].path, path) == 0)
			return &files[i];
	return NULL;
}

static bool asks_for_action(const char *query)
{
	return query && (strncmp(query, "Action=", 7) == 0 || strstr(query, "&Action="));
}

bool http_page_answer(const struct http_request *request, struct http_reply *reply)
{
	bool reads = strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
	const struct page_file *file = reads ? page_file(request->path) : NULL;

	if (!file || asks_for_action(request->query))
		return false;
	reply->status = 200;
	reply->type = file->type;
	buf_adds(&reply->headers, "Content-Security-Policy: " POLICY "\r\n"
				  "X-Content-Type-Options: nosniff\r\n"
				  "Referrer-Policy: no-referrer\r\n"
				  "Cross-Origin-Resource-Policy: same-origin\r\n"
				  "Cache-Control: no-cache\r\n");
	buf_add(&reply->body, file->bytes, (size_t)(file->end - file->bytes));
	return true;
}
