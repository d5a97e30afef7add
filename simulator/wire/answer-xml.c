/* answer-xml.c - expat's events as a tree; see answer-xml.h. */
#include "wire/answer-xml.h"

#include <expat.h>
#include <stdbool.h>
#include <string.h>

enum { XML_DEPTH = 100 };

struct reader {
	struct arena *arena;
	XML_Parser parser;
	struct xml_node *root, *at; /* at: the open element */
	struct buf text;            /* of it, so far */
	int depth;
	const char *refused; /* why we stopped it ourselves; NULL */
};

static void refuse(struct reader *r, const char *why)
{
	if (!r->refused)
		r->refused = why;
	XML_StopParser(r->parser, XML_FALSE);
}

/* Text between children belongs to nobody. */
static void keep_text(struct reader *r)
{
	if (r->at && !r->at->first && r->text.len) {
		r->at->text = arena_strndup(r->arena, r->text.s, r->text.len);
		r->at->length = r->text.len;
	}
	buf_clear(&r->text);
}

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
	struct reader *r = ctx;
	const char *local = strrchr(name, '}');
	struct xml_node *n;

	(void)attributes;
	if (++r->depth > XML_DEPTH) {
		refuse(r, "elements nested too deeply");
		return;
	}
	keep_text(r);
	n = arena_calloc(r->arena, sizeof *n);
	n->name = arena_strdup(r->arena, local ? local + 1 : name);
	n->text = "";
	n->parent = r->at;
	if (!r->at)
		r->root = n;
	else if (r->at->last)
		r->at->last->next = n;
	else
		r->at->first = n;
	if (r->at)
		r->at->last = n;
	r->at = n;
}

static void XMLCALL on_end(void *ctx, const XML_Char *name)
{
	struct reader *r = ctx;

	(void)name;
	keep_text(r);
	r->at = r->at->parent;
	r->depth--;
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int n)
{
	struct reader *r = ctx;

	if (!r->at->first)
		buf_add(&r->text, text, (size_t)n);
}

static void XMLCALL on_entity(void *ctx, const XML_Char *name, int parameter, const XML_Char *value,
	int length, const XML_Char *base, const XML_Char *system, const XML_Char *public,
	const XML_Char *notation)
{
	(void)name, (void)parameter, (void)value, (void)length, (void)base, (void)system,
		(void)public, (void)notation;
	refuse(ctx, "entity declarations are not read");
}

static bool feed(XML_Parser p, const char *body, size_t length)
{
	enum { PIECE = 1 << 24 }; /* expat counts in ints */

	for (; length > PIECE; body += PIECE, length -= PIECE)
		if (XML_Parse(p, body, PIECE, XML_FALSE) != XML_STATUS_OK)
			return false;
	return XML_Parse(p, body, (int)length, XML_TRUE) == XML_STATUS_OK;
}

struct xml_node *xml_read(struct arena *a, const char *body, size_t length, struct buf *problem)
{
	struct reader r = {.arena = a, .text = BUF_INIT};

	r.parser = XML_ParserCreateNS("utf-8", '}');
	if (!r.parser)
		mem_exhausted(length);
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetEntityDeclHandler(r.parser, on_entity);
	if (!feed(r.parser, body, length)) {
		buf_addf(problem, "%s: line %lu, column %lu",
			r.refused ? r.refused : XML_ErrorString(XML_GetErrorCode(r.parser)),
			XML_GetCurrentLineNumber(r.parser), XML_GetCurrentColumnNumber(r.parser));
		r.root = NULL;
	}
	XML_ParserFree(r.parser);
	buf_release(&r.text);
	return r.root;
}

const struct xml_node *xml_child(const struct xml_node *n, const char *name)
{
	for (n = n->first; n; n = n->next)
		if (strcmp(n->name, name) == 0)
			return n;
	return NULL;
}
