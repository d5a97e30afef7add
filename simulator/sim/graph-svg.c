/*
 * graph-svg.c - the lineage as a picture of its own; see graph.h.
 *
 * Columns are levels (the longest way from a root), rows come from the tree of parents: leaves lie
 * below each other in the order of a walk through it, and whatever has something after it stands
 * in the middle of that. So two boxes of one column have rows of different subtrees and never
 * overlap, and lines from parents hardly ever cross; other lines are dashed. Trees whose nodes have
 * lines between them are drawn beside each other: a root goes to the middle of where its other
 * lines lead (its barycentre).
 */
#include "sim/graph.h"

#include "base/intl.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { /* pixels */
	MARGIN = 16,
	BOX_WIDTH = 232,
	BOX_HEIGHT = 58,
	ROW = 72,
	COLUMN = 292,
	TEXT_LEFT = 14,
	LINE_1 = 18,
	LINE_2 = 34,
	LINE_3 = 50,
	TEXT_COLUMNS = 30, /* of terminal width, that fit into a box */
};

static const char style[] =
	"<style>\n"
	"svg { background: #ffffff; }\n"
	"text { font: 12px ui-monospace, \"DejaVu Sans Mono\", monospace; fill: #1f2328; }\n"
	".facts { font-size: 11px; fill: #57606a; }\n"
	".id { font-weight: bold; }\n"
	".box { fill: #f6f8fa; stroke: #8c959f; }\n"
	".gone .box { fill: none; stroke-dasharray: 5 4; }\n"
	".asked .box { stroke: #1f2328; stroke-width: 2.5; }\n"
	".line { fill: none; stroke: #8c959f; stroke-width: 1.4; }\n"
	".other { stroke-dasharray: 4 4; }\n"
	".instance { fill: #1a7f37; } .volume { fill: #0969da; } .snapshot { fill: #8250df; }\n"
	".image { fill: #bc4c00; } .template { fill: #6e7781; }\n"
	"@media (prefers-color-scheme: dark) {\n"
	"svg { background: #0d1117; }\n"
	"text { fill: #e6edf3; }\n"
	".facts { fill: #9198a1; }\n"
	".box { fill: #161b22; stroke: #6e7681; }\n"
	".asked .box { stroke: #e6edf3; }\n"
	".line { stroke: #6e7681; }\n"
	".instance { fill: #3fb950; } .volume { fill: #58a6ff; } .snapshot { fill: #bc8cff; }\n"
	".image { fill: #f0883e; } .template { fill: #8b949e; }\n"
	"}\n"
	"</style>\n";

static const char *const classes[] = {
	[GRAPH_INSTANCE] = "instance",
	[GRAPH_VOLUME] = "volume",
	[GRAPH_SNAPSHOT] = "snapshot",
	[GRAPH_IMAGE] = "image",
	[GRAPH_TEMPLATE] = "template",
};

/* ---- where everything lies ---- */

struct layout {
	double *row;
	size_t *children,
		*first; /* of the tree: those of i in children[first[i] .. first[i + 1]) */
	size_t *walk;   /* nodes, parents before what is below them */
	size_t *todo;   /* room for a walk under way */
	size_t rows, levels;
};

static void find_children(const struct graph *g, struct layout *l)
{
	size_t n = 0;

	l->first = xcalloc(g->n + 1, sizeof *l->first);
	l->children = xcalloc(g->n + 1, sizeof *l->children);
	for (size_t at = 0; at < g->n; at++) {
		l->first[at] = n;
		for (size_t i = 0; i < g->nodes[at].n; i++) {
			size_t to = g->edges[g->nodes[at].first + i].to;

			if (g->nodes[to].parent == at)
				l->children[n++] = to;
		}
	}
	l->first[g->n] = n;
}

/* Walks one tree; its leaves get the next rows. */
static size_t walk_tree(struct layout *l, size_t root, size_t done)
{
	size_t n = 0;

	l->todo[n++] = root;
	while (n) {
		size_t at = l->todo[--n];

		l->walk[done++] = at;
		if (l->first[at] == l->first[at + 1])
			l->row[at] = (double)l->rows++;
		for (size_t i = l->first[at + 1]; i-- > l->first[at];)
			l->todo[n++] = l->children[i];
	}
	return done;
}

/* A root, and where it wants to be: beside what its tree has lines to. */
struct root {
	size_t at, number;
	double wish;
};

static int by_wish(const void *a, const void *b)
{
	const struct root *x = a, *y = b;

	if (x->wish < y->wish || x->wish > y->wish)
		return x->wish < y->wish ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* For each node the number of the tree that it is in. */
static void number_trees(const struct graph *g, const size_t *roots, size_t n, size_t *tree)
{
	for (size_t i = 0; i < g->n; i++)
		tree[i] = GRAPH_NONE;
	for (size_t i = 0; i < n; i++)
		tree[roots[i]] = i;
	for (size_t i = 0; i < g->n; i++) {
		size_t at = i;

		while (tree[at] == GRAPH_NONE)
			at = g->nodes[at].parent;
		tree[i] = tree[at];
	}
}

/* Trees in the order of their age; one with lines to older ones goes to the middle of these. */
static void order_roots(const struct graph *g, size_t *roots, size_t n)
{
	size_t *tree = xcalloc(g->n + 1, sizeof *tree), *lines = xcalloc(n + 1, sizeof *lines);
	double *sum = xcalloc(n + 1, sizeof *sum);
	struct root *all = xcalloc(n + 1, sizeof *all);

	number_trees(g, roots, n, tree);
	for (size_t i = 0; i < g->n_edges; i++) {
		size_t a = tree[g->edges[i].from], b = tree[g->edges[i].to];

		lines[a > b ? a : b] += a != b;
		sum[a > b ? a : b] += a != b ? (double)(a < b ? a : b) + 0.5 : 0;
	}
	for (size_t i = 0; i < n; i++)
		all[i] = (struct root){
			roots[i], i, lines[i] ? sum[i] / (double)lines[i] : (double)i};
	qsort(all, n, sizeof *all, by_wish);
	for (size_t i = 0; i < n; i++)
		roots[i] = all[i].at;
	free(tree);
	free(lines);
	free(sum);
	free(all);
}

static void layout_make(const struct graph *g, struct layout *l)
{
	size_t *roots = xcalloc(g->n + 1, sizeof *roots), n = graph_roots(g, roots), done = 0;

	*l = (struct layout){.row = xcalloc(g->n + 1, sizeof *l->row),
		.walk = xcalloc(g->n + 1, sizeof *l->walk),
		.todo = xcalloc(g->n + 1, sizeof *l->todo)};
	find_children(g, l);
	order_roots(g, roots, n);
	for (size_t i = 0; i < n; i++)
		done = walk_tree(l, roots[i], done);
	while (done-- > 0) {
		size_t at = l->walk[done], first = l->first[at], end = l->first[at + 1];

		if (first < end)
			l->row[at] =
				(l->row[l->children[first]] + l->row[l->children[end - 1]]) / 2;
		if (g->nodes[at].level + 1 > l->levels)
			l->levels = g->nodes[at].level + 1;
	}
	free(roots);
}

static void layout_release(struct layout *l)
{
	free(l->row);
	free(l->walk);
	free(l->todo);
	free(l->children);
	free(l->first);
}

static int left_of(const struct graph_node *n)
{
	return MARGIN + (int)n->level * COLUMN;
}

static int top_of(const struct layout *l, size_t at)
{
	return MARGIN + (int)(l->row[at] * ROW);
}

/* ---- drawing ---- */

static void add_escaped(struct buf *out, const char *s, size_t n)
{
	for (const char *end = s + n; s < end; s++) {
		if (*s == '&')
			buf_adds(out, "&amp;");
		else if (*s == '<')
			buf_adds(out, "&lt;");
		else if (*s == '>')
			buf_adds(out, "&gt;");
		else if (strncmp(s, "\xef\xbf\xbe", 3) == 0 || strncmp(s, "\xef\xbf\xbf", 3) == 0)
			buf_addc(out, '?'), s += 2; /* XML 1.0 has no U+FFFE and U+FFFF */
		else
			buf_addc(out, *s);
	}
}

/* One line of a box, cut to its width. */
static void add_line(struct buf *out, int x, int y, const char *class, const char *text)
{
	struct buf line = BUF_INIT;
	size_t n;

	text_printable(text, &line);
	n = line.len;
	if (text_swidth(line.s) > TEXT_COLUMNS)
		n = text_fit(line.s, n, TEXT_COLUMNS - 2);
	buf_addf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, x, y);
	add_escaped(out, line.s, n);
	buf_adds(out, n < line.len ? "..</text>\n" : "</text>\n");
	buf_release(&line);
}

/* Everything, for who points at a box or has it read out. */
static void add_title(struct buf *out, const struct graph_node *n, const char *facts)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, n->id);
	if (n->name) {
		buf_addc(&text, ' ');
		text_printable(n->name, &text);
	}
	buf_addf(&text, "%s %s %s", facts, n->account, n->region);
	buf_adds(out, "<title>");
	add_escaped(out, text.s, text.len);
	buf_adds(out, "</title>\n");
	buf_release(&text);
}

static void add_box(const struct graph *g, const struct layout *l, size_t at, struct buf *out)
{
	const struct graph_node *n = &g->nodes[at];
	const struct graph_node *parent = n->parent == GRAPH_NONE ? NULL : &g->nodes[n->parent];
	int x = left_of(n), y = top_of(l, at);
	struct buf facts = BUF_INIT;

	graph_add_facts(&facts, n);
	buf_addf(out, "<g class=\"node%s%s\">\n", n->gone ? " gone" : "", n->asked ? " asked" : "");
	add_title(out, n, facts.s);
	if (*n->region && (!parent || strcmp(parent->region, n->region) != 0))
		buf_addf(&facts, " %s", n->region);
	if (*n->account && !n->open && parent && !parent->open &&
		strcmp(parent->account, n->account) != 0)
		buf_addf(&facts, " %s", n->account);
	buf_addf(out,
		"<rect class=\"box\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", x,
		y, BOX_WIDTH, BOX_HEIGHT);
	buf_addf(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"4\" height=\"%d\"/>\n",
		classes[n->kind], x + 3, y + 6, BOX_HEIGHT - 12);
	add_line(out, x + TEXT_LEFT, y + LINE_1, "id", n->id);
	if (n->name)
		add_line(out, x + TEXT_LEFT, y + LINE_2, "name", n->name);
	if (facts.len)
		add_line(out, x + TEXT_LEFT, y + (n->name ? LINE_3 : LINE_2), "facts", facts.s + 1);
	buf_adds(out, "</g>\n");
	buf_release(&facts);
}

/* From the right side of a box to the left side of another. */
static void add_edge(
	const struct graph *g, const struct layout *l, const struct graph_edge *e, struct buf *out)
{
	const struct graph_node *from = &g->nodes[e->from], *to = &g->nodes[e->to];
	int x = left_of(from) + BOX_WIDTH, y = top_of(l, e->from) + BOX_HEIGHT / 2,
	    to_x = left_of(to), to_y = top_of(l, e->to) + BOX_HEIGHT / 2;
	const int bend = (COLUMN - BOX_WIDTH) * 2 / 3;

	buf_addf(out, "<path class=\"line%s\" d=\"M%d %dC%d %d %d %d %d %d\"/>\n",
		to->parent == e->from ? "" : " other", x, y, x + bend, y, to_x - bend, to_y, to_x,
		to_y);
}

void graph_svg(const struct graph *g, struct buf *out)
{
	struct layout l;
	int width, height;

	layout_make(g, &l);
	width = 2 * MARGIN + (int)(l.levels - 1) * COLUMN + BOX_WIDTH;
	height = 2 * MARGIN + (int)(l.rows - 1) * ROW + BOX_HEIGHT;
	buf_addf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n",
		width, height, width, height);
	buf_addf(out, "<title>%s</title>\n", _("What came from what in this world"));
	buf_adds(out, style);
	for (size_t i = 0; i < g->n_edges; i++)
		add_edge(g, &l, &g->edges[i], out);
	for (size_t i = 0; i < g->n; i++)
		add_box(g, &l, i, out);
	buf_adds(out, "</svg>\n");
	layout_release(&l);
}
