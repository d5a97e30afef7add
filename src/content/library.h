/*
 * library.h - all content that this run knows: found, read, linked and looked up.
 *
 * Roots are given in order of rank. A document with the id of one from a higher root is
 * shadowed, so an instructor's pack can replace a shipped note; the same id twice within one
 * rank is an error. A document with errors is left out and reported; the rest is usable.
 */
#ifndef CONTENT_LIBRARY_H
#define CONTENT_LIBRARY_H

#include "base/map.h"
#include "base/mem.h"
#include "content/diag.h"
#include "content/model.h"
#include "content/shape.h"

#include <stdbool.h>
#include <stddef.h>

struct library_root {
	const char *path; /* a folder (searched for *.yaml and *.yml) or a file */
	int rank;         /* 0 is highest; several roots may share a rank */
	bool checked;     /* report what is wrong in it */
	bool optional;    /* no error if it does not exist */
};

struct library_options {
	const struct library_root *roots; /* highest rank first */
	size_t n_roots;
	const char *cache; /* file for the compiled cache; NULL: none */
	bool lint;         /* report also what does not hinder reading, and check every link */
};

struct documents {
	void **items; /* struct note *, struct bank *, ... */
	size_t len, cap;
	struct map by_id;
};

struct library {
	struct arena arena;
	struct diags diags; /* of checked roots, sorted */
	struct documents of[DOCS];
	struct documents
		broken[DOCS];  /* documents with errors: known to links, used for nothing else */
	struct topic **topics; /* in learning order; topics that only notes name come last */
	size_t n_topics, cap_topics;
	struct cue **cues; /* of all notes, in learning order */
	size_t n_cues;
	struct question **questions; /* of all banks: by the bank's id, then as they stand in it */
	size_t n_questions;
	struct map topic_by_id, fact_by_id, cue_by_item, question_by_id;
	struct map checked_files; /* paths that hold a document of a checked root */
	struct map ranks;         /* of every file that was read: path to its int */
	struct map trees;         /* path to its struct tree: for library_tree */
	size_t files, bytes;      /* read or taken from the cache */
	size_t parsed;            /* of them, not from the cache */
	struct cache *cache;
};

/* Never fails as a whole: problems are in `diags`. */
void library_load(struct library *l, const struct library_options *o);
void library_release(struct library *l);

/* Notes in learning order: by topic, in the topic's order, then by id. */
static inline struct note **library_notes(const struct library *l, size_t *n)
{
	*n = l->of[DOC_NOTE].len;
	return (struct note **)l->of[DOC_NOTE].items;
}

/* The rank of the root in which a document's file was found. */
int library_rank(const struct library *l, const char *file);
/* The tree that the nodes of a document from this file lie in; a struct place has the file. */
const struct tree *library_tree(const struct library *l, const char *file);
const struct note *library_note(const struct library *l, const char *id);
const struct cue *library_cue(const struct library *l, const char *item);
const struct question *library_question(const struct library *l, const char *id);
/* By its id or an alias of it (then *alias is set, else NULL), upper or lower case. */
const struct exam *library_exam(
	const struct library *l, const char *id, const struct exam_alias **alias);

/* Identity of what a learner is asked and told, both languages; never 0. */
uint64_t cue_hash(const struct cue *c);
/* The same of a question: its text, its options, and which of them are right. Reasons and sources
 * may be bettered without asking anew. */
uint64_t question_hash(const struct question *q);

#endif
