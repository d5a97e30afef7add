/*
 * tables.h - the tables of model.h while they grow, and the steps that fill them.
 *
 * The order of the steps is that of the functions here. Nothing is emitted unless every step was
 * content, so a step may leave a hole (MODEL_NONE) behind what it complained about.
 */
#ifndef GENERATE_TABLES_H
#define GENERATE_TABLES_H

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "model/generate/source.h"
#include "model/model.h"

#define LIST(type)                                                                                 \
	struct {                                                                                   \
		type *v;                                                                           \
		size_t n, cap;                                                                     \
	}

#define PUSH(list, ...)                                                                            \
	do {                                                                                       \
		ARRAY_GROW((list).v, (list).n, (list).cap);                                        \
		(list).v[(list).n++] = (__VA_ARGS__);                                              \
	} while (0)

/* What is known of a service besides its row, while the tables are made. */
struct draft {
	struct file *file;
	struct map shapes;     /* how a type is written -> its index + 1 */
	struct map operations; /* API name -> its index + 1 */
	uint16_t index;        /* of the service */
};

struct tables {
	struct buf text;
	struct map text_at;           /* a text -> its offset */
	struct arena arena;           /* the keys of the maps */
	LIST(struct draft) drafts;    /* one for a row of services */
	LIST(struct place) shape_at;  /* one for a row of shapes */
	LIST(struct place) member_at; /* one for a row of members */

	LIST(struct model_service) services;
	LIST(struct model_operation) operations;
	LIST(struct model_known) known;
	LIST(uint16_t) commands;
	LIST(struct model_page) pages;
	LIST(struct model_shape) shapes;
	LIST(struct model_member) members;
	LIST(struct model_range) ranges;
	LIST(struct model_enum) enums;
	LIST(struct model_waiter) waiters;
	LIST(struct model_acceptor) acceptors;
	LIST(struct model_top) tops;
	LIST(struct model_option) options;
	LIST(struct model_doc) docs;
	LIST(uint32_t) errors, filters, values, choices;

	uint8_t *members_by; /* as in model.h */
	uint16_t *values_by, *shapes_by;
	uint8_t *filters_by;
};

void tables_init(struct tables *t);
void tables_release(struct tables *t);

/* The offset of a text, which is kept once. */
uint32_t tables_text(struct tables *t, const char *s);
static inline const char *tables_string(const struct tables *t, uint32_t text)
{
	return t->text.s + text;
}
/* The text as the CLI writes it. */
uint32_t tables_cli(struct tables *t, const char *name);

/* An index that fits, or a complaint. */
uint16_t tables_index(struct place at, size_t n);
struct model_span tables_span(struct place at, size_t first, size_t end);

/* --- a service's file: shapes.c, operations.c, waiters.c --- */

void read_service(struct tables *t, struct file *f);
void read_shapes(struct tables *t, struct draft *d);
void read_operations(struct tables *t, struct draft *d);
void read_waiters(struct tables *t, struct draft *d);

/* The shape that a type in YAML notation is; MODEL_NONE after a complaint. */
uint16_t shape_of(struct tables *t, struct draft *d, const char *type, struct place at, size_t off);
/* A member of a structure by API name, MODEL_NONE if there is none; `structure` may be MODEL_NONE.
 */
uint16_t member_of(const struct tables *t, uint16_t structure, const char *name);
/* The structure of that name; MODEL_NONE after a complaint. */
uint16_t structure_of(const struct draft *d, const struct tables *t, struct place at);

/* --- commands.yaml, and files of descriptions --- */

void read_commands(struct tables *t, struct file *f);
void read_docs(struct tables *t, struct file *f);
/* The lines that several shapes share, once every file's other lines are given out. */
void read_shared_docs(struct tables *t, struct file *f);

/* --- when all is read --- */

void mark_uses(struct tables *t);    /* uses of shapes; complains about what nothing uses */
void name_members(struct tables *t); /* CLI and wire names; complains about equal ones */
void sort_tables(struct tables *t);

void emit_tables(const struct tables *t, FILE *out);

#endif
