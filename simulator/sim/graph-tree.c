/* graph-tree.c - the lineage as a tree in the terminal; see graph.h and sim_graph. */
#include "sim/graph.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
	STEP = 3,        /* columns that a level is indented */
	ID_COLUMNS = 24, /* that have to be left for an id */
	NAME_LEAST = 8,  /* a shorter piece of a name says nothing */
	DEEPEST = 40,
};

struct strokes {
	const char *child, *last, *on, *off;
};
static const struct strokes boxes = {"├─ ", "└─ ", "│  ", "   "};
static const struct strokes ascii = {"|- ", "`- ", "|  ", "   "};

struct tree {
	const struct graph *g;
	const struct strokes *strokes;
	int columns; /* 0: any */
	int deepest; /* level whose descendants are drawn further down, as a tree of their own */
	struct buf *out, line, indent;
	bool *drawn;
	size_t *later; /* to be drawn further down, [at, n) */
	size_t at, n;
};

/* What stands behind an id, in this order. */
enum part { PART_NAME, PART_STATE, PART_GIB, PART_FLAG, PART_PLACE, PART_MARK, PARTS };

static void add_place(struct buf *out, const struct graph_node *n, const struct graph_node *parent)
{
	bool account = *n->account && !n->open &&
		       (!parent || parent->open || strcmp(parent->account, n->account) != 0);
	bool region = *n->region && (!parent || strcmp(parent->region, n->region) != 0);

	if (account || region)
		buf_addf(out, "[%s%s%s]", account ? n->account : "", account && region ? " " : "",
			region ? n->region : "");
}

static void make_parts(
	struct buf *parts, const struct graph_node *n, const struct graph_node *parent)
{
	for (size_t i = 0; i < PARTS; i++)
		buf_init(&parts[i]);
	text_printable(n->name ? n->name : "", &parts[PART_NAME]);
	buf_adds(&parts[PART_STATE], n->state ? n->state : "");
	if (n->gib)
		buf_addf(&parts[PART_GIB], "%lld GiB", (long long)n->gib);
	buf_adds(&parts[PART_FLAG], graph_flag(n));
	add_place(&parts[PART_PLACE], n, parent);
	buf_adds(&parts[PART_MARK], n->asked ? "<--" : "");
}

/* Cuts a name to `room` columns, or to nothing where nothing could be told from the rest. */
static void fit_name(struct buf *name, int room)
{
	if (text_swidth(name->s) <= room)
		return;
	buf_truncate(name, room < NAME_LEAST ? 0 : text_fit(name->s, name->len, room - 2));
	if (name->len)
		buf_adds(name, "..");
}

/* Where a line has no room for everything, this goes first to last into it; the name gets what is
 * left besides. */
static void fit_parts(struct buf *parts, int room)
{
	static const enum part order[] = {
		PART_MARK, PART_FLAG, PART_STATE, PART_NAME, PART_GIB, PART_PLACE};
	int left = room, name = 0;

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		struct buf *part = &parts[order[i]];
		int all = text_swidth(part->s),
		    wanted = order[i] == PART_NAME && all > NAME_LEAST ? NAME_LEAST : all;

		if (!part->len)
			continue;
		if (wanted + 1 > left)
			buf_clear(part);
		else
			left -= wanted + 1;
		if (order[i] == PART_NAME && part->len)
			name = wanted;
	}
	fit_name(&parts[PART_NAME], name + left);
}

static void end_line(struct tree *t)
{
	size_t n = t->line.len;

	if (t->columns)
		n = text_fit(t->line.s, n, t->columns);
	buf_add(t->out, t->line.s, n);
	buf_addc(t->out, '\n');
	buf_clear(&t->line);
}

static void end_with_parts(struct tree *t, struct buf *parts)
{
	if (t->columns)
		fit_parts(parts, t->columns - text_swidth(t->line.s));
	for (size_t i = 0; i < PARTS; i++) {
		if (parts[i].len)
			buf_addf(&t->line, " %s", parts[i].s);
		buf_release(&parts[i]);
	}
	end_line(t);
}

static void draw_node(struct tree *t, size_t at, const struct graph_node *parent)
{
	struct buf parts[PARTS];

	make_parts(parts, &t->g->nodes[at], parent);
	buf_adds(&t->line, t->g->nodes[at].id);
	end_with_parts(t, parts);
	t->drawn[at] = true;
}

/* "^ ami-...": it stands above; "v ami-...": it comes below. */
static void draw_reference(struct tree *t, size_t at)
{
	struct buf parts[PARTS];

	make_parts(parts, &t->g->nodes[at], NULL);
	for (size_t i = PART_NAME + 1; i < PARTS; i++)
		buf_clear(&parts[i]);
	buf_addf(&t->line, "%c %s", t->drawn[at] ? '^' : 'v', t->g->nodes[at].id);
	end_with_parts(t, parts);
}

static void draw_after(struct tree *t, size_t at, int level)
{
	const struct graph_node *n = &t->g->nodes[at];
	size_t indent = t->indent.len;

	for (size_t i = 0; i < n->n; i++) {
		size_t to = t->g->edges[n->first + i].to;
		bool last = i + 1 == n->n, own = t->g->nodes[to].parent == at;

		buf_adds(&t->line, t->indent.s);
		buf_adds(&t->line, last ? t->strokes->last : t->strokes->child);
		if (own && level >= t->deepest && t->g->nodes[to].n) {
			t->later[t->n++] = to;
			draw_reference(t, to);
		} else if (own) {
			draw_node(t, to, n);
			buf_adds(&t->indent, last ? t->strokes->off : t->strokes->on);
			draw_after(t, to, level + 1);
			buf_truncate(&t->indent, indent);
		} else {
			draw_reference(t, to);
		}
	}
}

static void draw_tree(struct tree *t, size_t root)
{
	draw_node(t, root, NULL);
	draw_after(t, root, 1);
	while (t->at < t->n) {
		root = t->later[t->at++];
		draw_node(t, root, NULL);
		draw_after(t, root, 1);
	}
}

/* How deep a tree may go: so that an id has room, and that no line is longer than worth reading. */
static int deepest(int columns)
{
	int fit = columns ? (columns - ID_COLUMNS) / STEP : DEEPEST;

	return fit < 2 ? 2 : fit > DEEPEST ? DEEPEST : fit;
}

void graph_tree(const struct graph *g, const struct sim_graph *o, struct buf *out)
{
	struct tree t = {.g = g,
		.strokes = o->plain ? &ascii : &boxes,
		.columns = o->columns > 0 ? o->columns : 0,
		.deepest = deepest(o->columns > 0 ? o->columns : 0),
		.out = out,
		.line = BUF_INIT,
		.indent = BUF_INIT,
		.drawn = xcalloc(g->n + 1, sizeof *t.drawn),
		.later = xcalloc(g->n + 1, sizeof *t.later)};
	size_t *roots = xcalloc(g->n + 1, sizeof *roots), n = graph_roots(g, roots);

	for (size_t i = 0; i < n; i++)
		draw_tree(&t, roots[i]);
	buf_release(&t.line);
	buf_release(&t.indent);
	free(t.drawn);
	free(t.later);
	free(roots);
}
