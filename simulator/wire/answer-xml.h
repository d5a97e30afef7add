/*
 * answer-xml.h - an XML document as a tree of elements, for the reader of answers.
 *
 * Names are without their namespace. Text is what stands before an element's first child, as
 * Python's ElementTree has it. All of it lives in an arena.
 */
#ifndef WIRE_ANSWER_XML_H
#define WIRE_ANSWER_XML_H

#include "base/buf.h"
#include "base/mem.h"

#include <stddef.h>

struct xml_node {
	const char *name, *text; /* text: "" if there is none */
	size_t length;           /* of the text */
	struct xml_node *first, *last, *next, *parent;
};

/* The root. NULL: what is wrong is appended, as Python's ParseError has it: "syntax error: line 1,
 * column 0". Entity declarations and elements nested deeper than 100 are wrong. */
struct xml_node *xml_read(struct arena *a, const char *body, size_t length, struct buf *problem);

/* The first child of that name; NULL. */
const struct xml_node *xml_child(const struct xml_node *n, const char *name);

#endif
