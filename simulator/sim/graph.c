/* graph.c - the lineage as a graph: what stays of it, in which order, below whom; see graph.h. */
#include "sim/graph.h"

#include "base/intl.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

size_t graph_find(const struct graph *g, const char *id)
{
	size_t at = (size_t)map_get(&g->by_id, id);

	return at ? at - 1 : GRAPH_NONE;
}

void graph_release(struct graph *g)
{
	free(g->nodes);
	free(g->edges);
	map_release(&g->by_id);
	arena_release(&g->texts);
	*g = (struct graph){0};
}

/* ---- edges in order ---- */

/* Edges carry the order of what they lead to while they are sorted: qsort knows no context. */
struct sortable {
	struct graph_edge edge;
	uint64_t order;
};

static int by_ends(const void *a, const void *b)
{
	const struct sortable *x = a, *y = b;

	if (x->edge.from != y->edge.from)
		return x->edge.from < y->edge.from ? -1 : 1;
	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	if (x->edge.to != y->edge.to)
		return x->edge.to < y->edge.to ? -1 : 1;
	return x->edge.rank - y->edge.rank;
}

/* Each once, with the lowest of its ranks. */
static void sort_edges(struct graph *g)
{
	struct sortable *all = xcalloc(g->n_edges + 1, sizeof *all);
	size_t kept = 0;

	for (size_t i = 0; i < g->n_edges; i++)
		all[i] = (struct sortable){g->edges[i], g->nodes[g->edges[i].to].order};
	qsort(all, g->n_edges, sizeof *all, by_ends);
	for (size_t i = 0; i < g->n_edges; i++) {
		const struct graph_edge *e = &all[i].edge,
					*last = kept ? &g->edges[kept - 1] : NULL;

		if (!last || last->from != e->from || last->to != e->to)
			g->edges[kept++] = *e;
	}
	g->n_edges = kept;
	free(all);
	for (size_t i = 0; i < g->n; i++)
		g->nodes[i].first = g->nodes[i].n = 0;
	for (size_t i = g->n_edges; i-- > 0;) {
		g->nodes[g->edges[i].from].first = i;
		g->nodes[g->edges[i].from].n++;
	}
}

/* ---- what stays ---- */

/* Takes away the nodes that are not kept, and their edges. */
static void compact(struct graph *g, const bool *keep)
{
	size_t *to = xcalloc(g->n + 1, sizeof *to), n = 0, n_edges = 0;

	map_release(&g->by_id);
	g->by_id = (struct map){0};
	for (size_t i = 0; i < g->n; i++) {
		if (!keep[i])
			continue;
		to[i] = n;
		g->nodes[n] = g->nodes[i];
		map_add(&g->by_id, g->nodes[n].id, (void *)(n + 1));
		n++;
	}
	for (size_t i = 0; i < g->n_edges; i++) {
		struct graph_edge e = g->edges[i];

		if (keep[e.from] && keep[e.to])
			g->edges[n_edges++] =
				(struct graph_edge){to[e.from], to[e.to], e.rank, false};
	}
	g->n = n;
	g->n_edges = n_edges;
	free(to);
}

/* Edges by what they lead to: numbers of edges, those to node i in [first[i], first[i + 1]). */
struct backwards {
	size_t *first, *edges;
};

static void turn(const struct graph *g, struct backwards *b)
{
	b->first = xcalloc(g->n + 2, sizeof *b->first);
	b->edges = xcalloc(g->n_edges + 1, sizeof *b->edges);
	for (size_t i = 0; i < g->n_edges; i++)
		b->first[g->edges[i].to + 2]++;
	for (size_t i = 2; i < g->n + 2; i++)
		b->first[i] += b->first[i - 1];
	for (size_t i = 0; i < g->n_edges; i++)
		b->edges[b->first[g->edges[i].to + 1]++] = i;
}

static void turned_release(struct backwards *b)
{
	free(b->first);
	free(b->edges);
}

/* An image that has gone still matters to the snapshots that it left behind. */
static bool left_behind(const struct graph *g, const struct backwards *b, size_t at)
{
	for (size_t i = b->first[at]; g->nodes[at].kind == GRAPH_IMAGE && i < b->first[at + 1];
		i++) {
		const struct graph_node *from = &g->nodes[g->edges[b->edges[i]].from];

		if (from->kind == GRAPH_SNAPSHOT && !from->gone)
			return true;
	}
	return false;
}

/* Whether a node without anything after it is worth a line. */
static bool worth(const struct graph *g, const struct backwards *b, size_t at)
{
	const struct graph_node *n = &g->nodes[at];

	if (n->asked)
		return true;
	if (n->kind == GRAPH_TEMPLATE)
		return b->first[at] < b->first[at + 1];
	return !n->open && (!n->gone || left_behind(g, b, at));
}

/* What has gone, and what is somebody else's, is there for the sake of what came from it. */
static void prune(struct graph *g)
{
	bool *keep = xcalloc(g->n + 1, sizeof *keep);
	size_t *after = xcalloc(g->n + 1, sizeof *after), *todo = xcalloc(g->n + 1, sizeof *todo);
	size_t n = 0;
	struct backwards b;

	turn(g, &b);
	for (size_t i = 0; i < g->n; i++) {
		keep[i] = true;
		after[i] = g->nodes[i].n;
		if (!after[i] && !worth(g, &b, i))
			todo[n++] = i;
	}
	while (n) {
		size_t at = todo[--n];

		keep[at] = false;
		for (size_t i = b.first[at]; i < b.first[at + 1]; i++) {
			size_t from = g->edges[b.edges[i]].from;

			if (!--after[from] && !worth(g, &b, from))
				todo[n++] = from;
		}
	}
	compact(g, keep);
	turned_release(&b);
	free(keep);
	free(after);
	free(todo);
}

/* Marks what is before the node, or after it. */
static void mark(const struct graph *g, const struct backwards *b, size_t at, bool *keep)
{
	size_t *todo = xcalloc(g->n + 1, sizeof *todo), n = 0;
	bool *seen = xcalloc(g->n + 1, sizeof *seen);

	todo[n++] = at;
	seen[at] = true;
	while (n) {
		const size_t now = todo[--n];
		const size_t first = b ? b->first[now] : g->nodes[now].first,
			     end = b ? b->first[now + 1] : first + g->nodes[now].n;

		keep[now] = true;
		for (size_t i = first; i < end; i++) {
			size_t next = b ? g->edges[b->edges[i]].from : g->edges[i].to;

			if (!seen[next])
				todo[n++] = next;
			seen[next] = true;
		}
	}
	free(todo);
	free(seen);
}

static void keep_relatives(struct graph *g, size_t at)
{
	bool *keep = xcalloc(g->n + 1, sizeof *keep);
	struct backwards b;

	turn(g, &b);
	mark(g, &b, at, keep);
	mark(g, NULL, at, keep);
	compact(g, keep);
	turned_release(&b);
	free(keep);
}

/* ---- parents and levels ---- */

/* A walk into the depth: edges that lead back to where it came from close a circle. No world has
 * any; a damaged one may. */
static void find_circles(struct graph *g)
{
	enum { NEW, UNDER_WAY, DONE } *seen = xcalloc(g->n + 1, sizeof *seen);
	size_t *path = xcalloc(g->n + 1, sizeof *path), *next = xcalloc(g->n + 1, sizeof *next);

	for (size_t i = 0; i < g->n; i++) {
		size_t n = 0;

		if (seen[i] == NEW)
			path[n++] = i;
		while (n) {
			const size_t at = path[n - 1];
			struct graph_edge *e;

			seen[at] = UNDER_WAY;
			if (next[at] == g->nodes[at].n) {
				seen[path[--n]] = DONE;
				continue;
			}
			e = &g->edges[g->nodes[at].first + next[at]++];
			e->back = seen[e->to] == UNDER_WAY;
			if (seen[e->to] == NEW)
				path[n++] = e->to;
		}
	}
	free(seen);
	free(path);
	free(next);
}

static void choose_parents(struct graph *g)
{
	int *rank = xcalloc(g->n + 1, sizeof *rank);

	for (size_t i = 0; i < g->n; i++)
		g->nodes[i].parent = GRAPH_NONE;
	for (size_t i = 0; i < g->n_edges; i++) {
		const struct graph_edge *e = &g->edges[i];
		struct graph_node *n = &g->nodes[e->to];

		if (!e->back && (n->parent == GRAPH_NONE || e->rank < rank[e->to])) {
			n->parent = e->from;
			rank[e->to] = e->rank;
		}
	}
	free(rank);
}

/* Each node once all before it have their levels. */
static void find_levels(struct graph *g)
{
	size_t *before = xcalloc(g->n + 1, sizeof *before), *todo = xcalloc(g->n + 1, sizeof *todo);
	size_t n = 0;

	for (size_t i = 0; i < g->n_edges; i++)
		before[g->edges[i].to] += !g->edges[i].back;
	for (size_t i = 0; i < g->n; i++) {
		g->nodes[i].level = 0;
		if (!before[i])
			todo[n++] = i;
	}
	while (n) {
		const struct graph_node *node = &g->nodes[todo[--n]];

		for (size_t i = node->first; i < node->first + node->n; i++) {
			struct graph_node *next = &g->nodes[g->edges[i].to];

			if (g->edges[i].back)
				continue;
			if (next->level <= node->level)
				next->level = node->level + 1;
			if (!--before[g->edges[i].to])
				todo[n++] = g->edges[i].to;
		}
	}
	free(before);
	free(todo);
}

static int by_age(const void *a, const void *b)
{
	const struct graph_node *const *x = a, *const *y = b;

	if ((*x)->order != (*y)->order)
		return (*x)->order < (*y)->order ? -1 : 1;
	return (*x > *y) - (*x < *y);
}

size_t graph_roots(const struct graph *g, size_t *roots)
{
	const struct graph_node **all = xcalloc(g->n + 1, sizeof *all);
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		if (g->nodes[i].parent == GRAPH_NONE)
			all[n++] = &g->nodes[i];
	qsort(all, n, sizeof *all, by_age);
	for (size_t i = 0; i < n; i++)
		roots[i] = (size_t)(all[i] - g->nodes);
	free(all);
	return n;
}

void graph_settle(struct graph *g)
{
	sort_edges(g);
	find_circles(g);
	choose_parents(g);
	find_levels(g);
}

bool graph_make(struct graph *g, struct world *w, const char *id)
{
	size_t asked;

	*g = (struct graph){.w = w};
	graph_read(g);
	asked = id ? graph_find(g, id) : GRAPH_NONE;
	if (asked != GRAPH_NONE)
		g->nodes[asked].asked = true;
	sort_edges(g);
	prune(g);
	if (asked != GRAPH_NONE) {
		sort_edges(g);
		keep_relatives(g, graph_find(g, id));
	}
	graph_settle(g);
	return !id || asked != GRAPH_NONE;
}

/* ---- what is said of a node ---- */

const char *graph_flag(const struct graph_node *n)
{
	return n->gone ? _("(gone)") : n->open ? _("(public)") : "";
}

void graph_add_facts(struct buf *out, const struct graph_node *n)
{
	if (n->state)
		buf_addf(out, " %s", n->state);
	if (n->gib)
		buf_addf(out, " %lld GiB", (long long)n->gib);
	if (*graph_flag(n))
		buf_addf(out, " %s", graph_flag(n));
}

bool sim_graph(struct sim *s, const struct sim_graph *o, struct buf *out)
{
	struct graph g;
	bool known = graph_make(&g, s->w, o->id);

	if (known && g.n)
		switch (o->form) {
		case SIM_GRAPH_TREE:
			graph_tree(&g, o, out);
			break;
		case SIM_GRAPH_DOT:
			graph_dot(&g, out);
			break;
		case SIM_GRAPH_SVG:
			graph_svg(&g, out);
			break;
		}
	graph_release(&g);
	return known;
}
