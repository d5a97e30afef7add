/* graph-dot.c - the lineage in graphviz's language; see graph.h. */
#include "sim/graph.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const shapes[] = {
	[GRAPH_INSTANCE] = "component",
	[GRAPH_VOLUME] = "cylinder",
	[GRAPH_SNAPSHOT] = "note",
	[GRAPH_IMAGE] = "box3d",
	[GRAPH_TEMPLATE] = "tab",
};

/* Inside quotes: graphviz reads \N, \l and the like in labels, so backslashes are doubled too. */
static void add_escaped(struct buf *out, const char *s)
{
	struct buf text = BUF_INIT;

	text_printable(s, &text);
	for (const char *c = text.s; *c; c++) {
		if (*c == '"' || *c == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *c);
	}
	buf_release(&text);
}

static void add_node(struct buf *out, const struct graph_node *n)
{
	struct buf facts = BUF_INIT;

	graph_add_facts(&facts, n);
	buf_addf(out, "\t\t\t\"%s\" [shape=%s, label=\"%s", n->id, shapes[n->kind], n->id);
	if (n->name) {
		buf_adds(out, "\\n");
		add_escaped(out, n->name);
	}
	if (facts.len) {
		buf_adds(out, "\\n");
		add_escaped(out, facts.s + 1);
	}
	buf_adds(out, n->gone    ? "\", style=dashed];\n"
		      : n->asked ? "\", penwidth=2];\n"
				 : "\"];\n");
	buf_release(&facts);
}

static int by_place(const void *a, const void *b)
{
	const struct graph_node *const *x = a, *const *y = b;
	int account = strcmp((*x)->account, (*y)->account),
	    region = strcmp((*x)->region, (*y)->region);

	return account ? account : region ? region : (*x > *y) - (*x < *y);
}

static bool other_account(const struct graph_node *a, const struct graph_node *b)
{
	return !a || !b || strcmp(a->account, b->account) != 0;
}

static bool other_region(const struct graph_node *a, const struct graph_node *b)
{
	return other_account(a, b) || strcmp(a->region, b->region) != 0;
}

/* A node, and the clusters that begin before it and end after it. */
static void add_in_place(struct buf *out, const struct graph_node *before,
	const struct graph_node *n, const struct graph_node *after)
{
	if (other_account(before, n)) {
		buf_addf(out, "\tsubgraph \"cluster_%s\" {\n\t\tlabel=\"", n->account);
		add_escaped(out, *n->account ? n->account : "?");
		buf_adds(out, "\";\n");
	}
	if (other_region(before, n)) {
		buf_addf(out, "\t\tsubgraph \"cluster_%s_%s\" {\n\t\t\tlabel=\"", n->account,
			n->region);
		add_escaped(out, n->region);
		buf_adds(out, "\";\n");
	}
	add_node(out, n);
	if (other_region(n, after))
		buf_adds(out, "\t\t}\n");
	if (other_account(n, after))
		buf_adds(out, "\t}\n");
}

void graph_dot(const struct graph *g, struct buf *out)
{
	const struct graph_node **all = xcalloc(g->n + 1, sizeof *all);

	for (size_t i = 0; i < g->n; i++)
		all[i] = &g->nodes[i];
	qsort(all, g->n, sizeof *all, by_place);
	buf_adds(out, "digraph lineage {\n\trankdir=LR;\n"
		      "\tnode [fontname=\"monospace\", fontsize=11];\n"
		      "\tgraph [fontname=\"sans-serif\", fontsize=12];\n");
	for (size_t i = 0; i < g->n; i++)
		add_in_place(out, i ? all[i - 1] : NULL, all[i], i + 1 < g->n ? all[i + 1] : NULL);
	for (size_t i = 0; i < g->n_edges; i++)
		buf_addf(out, "\t\"%s\" -> \"%s\";\n", g->nodes[g->edges[i].from].id,
			g->nodes[g->edges[i].to].id);
	buf_adds(out, "}\n");
	free(all);
}
