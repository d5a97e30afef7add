/*
 * graph.h - the lineage of a world's resources: read from their documents, drawn in three forms.
 *
 * A directed graph from ancestors to what came from them:
 *
 *   instance -> volume        is attached to it, or was when an image of the instance was made
 *   volume   -> snapshot      is of it
 *   snapshot -> snapshot      is a copy of it
 *   snapshot -> image         maps it
 *   snapshot -> volume        was made of it, unless it is an instance's and its image says so
 *   image    -> image         is a copy of it
 *   image    -> instance      was launched from it
 *   image    -> template      its default or latest version names it
 *   instance -> image         without a snapshot between them (instance store)
 *
 * Every node has at most one parent of all that point to it: what a tree draws it below. Nodes and
 * their edges are in the order in which the resources were created, so equal worlds are drawn the
 * same.
 */
#ifndef SIM_GRAPH_H
#define SIM_GRAPH_H

#include "base/map.h"
#include "base/mem.h"
#include "sim/internal.h"

enum graph_kind { GRAPH_INSTANCE, GRAPH_VOLUME, GRAPH_SNAPSHOT, GRAPH_IMAGE, GRAPH_TEMPLATE };

#define GRAPH_NONE SIZE_MAX

struct graph_node {
	enum graph_kind kind;
	const char *id, *account, *region; /* account "": not known */
	const char *name, *state;          /* NULL */
	const json_t *doc;                 /* NULL: nothing is known of it but its id */
	int64_t gib;                       /* 0: no such thing */
	uint64_t order;                    /* of creation */
	bool gone;                         /* deleted; it stands here for what refers to it */
	bool open;                         /* a public image or snapshot of somebody else */
	bool asked;                        /* it was asked for by its id */
	size_t parent;                     /* GRAPH_NONE: a root */
	size_t first, n;                   /* of edges[] that begin here */
	size_t level;                      /* edges on the longest way to it */
};

struct graph_edge {
	size_t from, to;
	int rank;  /* the lowest of those to a node makes its parent */
	bool back; /* closes a circle: no parent, and no level, comes of it */
};

struct graph {
	struct world *w;
	struct graph_node *nodes;
	size_t n, cap;
	struct graph_edge *edges; /* sorted by their beginning, then by what they lead to */
	size_t n_edges, cap_edges;
	struct map by_id; /* to a node's number + 1 */
	struct arena texts;
};

/* --- graph-read.c ----------------------------------------------------------------------------- */

/* Nodes and edges as the documents tell them; not yet sorted. */
void graph_read(struct graph *g);

/* --- graph.c ---------------------------------------------------------------------------------- */

/* The whole lineage, or what is before and after one resource. False: it is not in it. */
bool graph_make(struct graph *g, struct world *w, const char *id);
void graph_release(struct graph *g);
size_t graph_find(const struct graph *g, const char *id); /* GRAPH_NONE: it is not there */
/* Sorts edges, finds parents and levels: of nodes and edges that are there already. */
void graph_settle(struct graph *g);
/* The roots, oldest first, into room for all nodes. Answers how many. */
size_t graph_roots(const struct graph *g, size_t *roots);
/* "(gone)", "(public)" in the UI language, or "". */
const char *graph_flag(const struct graph_node *n);
/* Whatever is beside a node's id and name: "available 8 GiB (gone)". */
void graph_add_facts(struct buf *out, const struct graph_node *n);

/* --- graph-tree.c, graph-dot.c, graph-svg.c --------------------------------------------------- */

void graph_tree(const struct graph *g, const struct sim_graph *o, struct buf *out);
void graph_dot(const struct graph *g, struct buf *out);
void graph_svg(const struct graph *g, struct buf *out);

/* --- changes.c -------------------------------------------------------------------------------- */

/* What a resource is called: descriptions that AWS writes by itself are no names. NULL; borrowed.
 */
const char *seen_name(const char *kind, const json_t *doc);
/* GiB of a volume, a snapshot, or all that an image maps; 0: it has no size. */
int64_t seen_gib(const char *kind, const json_t *doc);

#endif
