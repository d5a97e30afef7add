/* graph-read.c - the lineage as the documents of a world tell it; see graph.h. */
#include "sim/graph.h"

#include "ops/account.h"
#include "ops/ebs.h"
#include "ops/image.h"
#include "ops/kind.h"
#include "ops/links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MADE_BY_IMAGE "Created by CreateImage("
#define MADE_BY_COPY  "Copied for DestinationAmi "

/* ---- nodes ---- */

static const char *const kind_names[] = {
	"instance", "volume", "snapshot", "image", "launch-template"};

/* Where nodes come from. What is there hides what it was before. */
static const struct source {
	const char *kind;
	enum graph_kind is;
	const char *state; /* NULL: the document's */
	bool gone;
} sources[] = {
	{"instance", GRAPH_INSTANCE, NULL, false},
	{"volume", GRAPH_VOLUME, NULL, false},
	{"snapshot", GRAPH_SNAPSHOT, NULL, false},
	{"image", GRAPH_IMAGE, NULL, false},
	{"launch-template", GRAPH_TEMPLATE, NULL, false},
	{"snapshot-bin", GRAPH_SNAPSHOT, "recycle-bin", false},
	{"image-bin", GRAPH_IMAGE, "recycle-bin", false},
	{"image-gone", GRAPH_IMAGE, NULL, true},
};

static struct graph_node *add_node(struct graph *g, enum graph_kind kind, const struct resource *r)
{
	struct graph_node *n;

	ARRAY_GROW(g->nodes, g->n, g->cap);
	n = &g->nodes[g->n++];
	*n = (struct graph_node){.kind = kind,
		.id = r->id,
		.account = r->in.account,
		.region = r->in.region,
		.doc = r->doc,
		.order = r->order,
		.parent = GRAPH_NONE};
	if (r->doc) {
		n->name = seen_name(kind_names[kind], r->doc);
		n->gib = seen_gib(kind_names[kind], r->doc);
	}
	return n;
}

static void read_source(struct graph *g, const struct source *s)
{
	struct world_walk walk = {0};
	struct resource r;

	while (world_each(g->w, s->kind, &walk, &r)) {
		struct graph_node *n;

		if (world_given(&r))
			continue;
		n = add_node(g, s->is, &r);
		n->state = s->state ? s->state : kind_state(kind_find(kind_names[s->is]), r.doc);
		n->gone = s->gone || (n->state && strcmp(n->state, "terminated") == 0);
		if (n->gone)
			n->state = NULL;
	}
}

static int by_order(const void *a, const void *b)
{
	const struct graph_node *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

/* Of two that have the same id, what is there comes before what has gone. */
static void index_nodes(struct graph *g)
{
	for (int gone = 0; gone < 2; gone++)
		for (size_t i = 0; i < g->n; i++)
			if (g->nodes[i].gone == gone)
				map_add(&g->by_id, g->nodes[i].id, (void *)(i + 1));
}

/* ---- edges ---- */

static void add_edge(struct graph *g, size_t from, size_t to, int rank)
{
	if (from == GRAPH_NONE || to == GRAPH_NONE || from == to)
		return;
	ARRAY_GROW(g->edges, g->n_edges, g->cap_edges);
	g->edges[g->n_edges++] = (struct graph_edge){from, to, rank, false};
}

/* What is known of an ancestor that is not one of the world's own. */
struct hint {
	const char *region, *account, *name; /* NULL: as with whoever refers to it */
};

/* The node of an ancestor. One that is not there is somebody else's public one, or has gone. */
static size_t ancestor(
	struct graph *g, enum graph_kind kind, const char *id, size_t of, const struct hint *hint)
{
	const struct graph_node child = g->nodes[of];
	const char *region = hint && hint->region ? hint->region : child.region,
		   *account = hint && hint->account ? hint->account : child.account;
	size_t there = graph_find(g, id);
	struct resource r;
	struct graph_node *n;
	bool open;

	if (there != GRAPH_NONE)
		return there;
	open = (kind == GRAPH_IMAGE || kind == GRAPH_SNAPSHOT) &&
	       resource_find(g->w, region, kind_names[kind], id, &r);
	if (!open)
		r = (struct resource){place(account, region, kind_names[kind]), id, NULL, 0};
	r.order = child.order;
	n = add_node(g, kind, &r);
	n->open = open;
	n->gone = !open;
	if (!n->name && hint)
		n->name = hint->name;
	map_add(&g->by_id, n->id, (void *)(g->n));
	return g->n - 1;
}

/* The id that stands behind `mark` in a description; NULL: there is none. Owned by the graph. */
static const char *id_behind(
	struct graph *g, const char *text, const char *mark, const char *prefix)
{
	const char *at = text ? strstr(text, mark) : NULL;
	size_t n;

	if (!at)
		return NULL;
	at += strlen(mark);
	n = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-");
	if (strncmp(at, prefix, strlen(prefix)) != 0 || n >= WORLD_ID)
		return NULL;
	return arena_strndup(&g->texts, at, n);
}

static bool begins(const char *text, const char *with)
{
	return text && strncmp(text, with, strlen(with)) == 0;
}

static bool made_by_image(const json_t *snapshot)
{
	return begins(in_text(snapshot, "Description"), MADE_BY_IMAGE);
}

/* ---- snapshots ---- */

/* A copy's document does not name what it is of: its description does, as AWS writes it. A copy
 * with a description of its own is at least of the same volume. */
static void read_copy(struct graph *g, size_t at)
{
	const json_t *doc = g->nodes[at].doc;
	const char *text = in_text(doc, "Description"), *line = in_text(doc, "_CopyOf"), *from;
	struct hint hint = {0};

	if (begins(text,
		    MADE_BY_COPY)) { /* of a public image it says nothing that the image does not */
		from = id_behind(g, text, " for SourceSnapshot ", "snap-");
		add_edge(g, from ? graph_find(g, from) : GRAPH_NONE, at, 0);
		return;
	}
	from = begins(text, "[Copied ") ? id_behind(g, text, "[Copied ", "snap-") : NULL;
	if (from) {
		hint.region = id_behind(g, text, " from ", "");
		add_edge(g, ancestor(g, GRAPH_SNAPSHOT, from, at, &hint), at, 0);
	} else if (line) {
		add_edge(g, graph_find(g, line), at, 0);
	}
}

/* The image that the snapshot was made for, if it is not known any more. */
static void read_lost_image(struct graph *g, size_t at, const char *text)
{
	const char *image = begins(text, MADE_BY_IMAGE)  ? id_behind(g, text, " for ", "ami-")
			    : begins(text, MADE_BY_COPY) ? id_behind(g, text, MADE_BY_COPY, "ami-")
							 : NULL;

	if (image && graph_find(g, image) == GRAPH_NONE)
		add_edge(g, at, ancestor(g, GRAPH_IMAGE, image, at, NULL), 1);
}

static void read_snapshot(struct graph *g, size_t at)
{
	const json_t *doc = g->nodes[at].doc;
	const char *volume = in_text(doc, "VolumeId"), *text = in_text(doc, "Description"),
		   *instance;
	size_t from;

	read_lost_image(g, at, text);
	if (!volume || strcmp(volume, EBS_NO_VOLUME) == 0) {
		read_copy(g, at);
		return;
	}
	from = ancestor(g, GRAPH_VOLUME, volume, at, NULL);
	add_edge(g, from, at, 0);
	instance = begins(text, MADE_BY_IMAGE) ? id_behind(g, text, MADE_BY_IMAGE, "i-") : NULL;
	if (instance)
		add_edge(g, ancestor(g, GRAPH_INSTANCE, instance, at, NULL), from, 2);
}

/* ---- images ---- */

/* Answers whether a way leads from the instance over a volume and a snapshot to the image. */
static bool read_mappings(struct graph *g, size_t at)
{
	bool way = false;
	size_t i;
	json_t *mapping;

	json_array_foreach(in_list(g->nodes[at].doc, "BlockDeviceMappings"), i, mapping)
	{
		const char *id = in_text(mapping, "Ebs.SnapshotId");
		size_t snapshot = id ? graph_find(g, id) : GRAPH_NONE;

		add_edge(g, snapshot, at, 1);
		way = way || (snapshot != GRAPH_NONE && made_by_image(g->nodes[snapshot].doc));
	}
	return way;
}

static void read_image(struct graph *g, size_t at)
{
	const json_t *doc = g->nodes[at].doc;
	const char *instance = in_text(doc, "SourceInstanceId"),
		   *source = in_text(doc, "SourceImageId");
	const struct hint hint = {.region = in_text(doc, "SourceImageRegion")};
	bool way = read_mappings(g, at);
	size_t to = at;

	if (instance) {
		to = ancestor(g, GRAPH_INSTANCE, instance, at, NULL);
		if (!way)
			add_edge(g, to, at, 2);
	}
	if (source)
		add_edge(g, ancestor(g, GRAPH_IMAGE, source, to, &hint), to, 0);
}

/* ---- instances, volumes, templates ---- */

static void read_instance(struct graph *g, size_t at)
{
	const json_t *doc = g->nodes[at].doc;
	const struct hint hint = {
		.account = in_text(doc, "_ImageOwner"), .name = in_text(doc, "_ImageName")};
	const char *image = in_text(doc, "ImageId");
	size_t i;
	json_t *one;

	if (image)
		add_edge(g, ancestor(g, GRAPH_IMAGE, image, at, &hint), at, 0);
	json_array_foreach(in_list(doc, "BlockDeviceMappings"), i, one)
	{
		const char *volume = in_text(one, "Ebs.VolumeId");

		add_edge(g, at, volume ? graph_find(g, volume) : GRAPH_NONE, 0);
	}
	json_array_foreach(in_list(doc, "_PastRoots"), i, one)
	{
		add_edge(g, at, graph_find(g, json_string_value(one)), 1);
	}
}

/* Whether the volume is an instance's, and came with its image. */
static bool came_with_image(struct graph *g, const json_t *volume, const char *snapshot)
{
	const char *id = in_text(json_array_get(in_list(volume, "Attachments"), 0), "InstanceId"),
		   *image;
	size_t instance = id ? graph_find(g, id) : GRAPH_NONE, at;

	if (instance == GRAPH_NONE)
		return false;
	image = in_text(g->nodes[instance].doc, "ImageId");
	at = image ? ancestor(g, GRAPH_IMAGE, image, instance, NULL) : GRAPH_NONE;
	return at != GRAPH_NONE &&
	       (!g->nodes[at].doc || image_uses_snapshot(g->nodes[at].doc, snapshot));
}

static void read_volume(struct graph *g, size_t at)
{
	const char *snapshot = in_text(g->nodes[at].doc, "SnapshotId");

	if (snapshot && *snapshot && !came_with_image(g, g->nodes[at].doc, snapshot))
		add_edge(g, ancestor(g, GRAPH_SNAPSHOT, snapshot, at, NULL), at, 1);
}

static void read_template(struct graph *g, size_t at)
{
	static const char *const versions[] = {"DefaultVersionNumber", "LatestVersionNumber"};
	const struct graph_node n = g->nodes[at];

	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		char id[WORLD_ID + 24];
		const char *image;

		snprintf(id, sizeof id, "%s/%lld", n.id, (long long)in_int(n.doc, versions[i], 0));
		image = in_text(
			world_get(g->w, place(n.account, n.region, "launch-template-version"), id),
			"LaunchTemplateData.ImageId");
		if (begins(image, "ami-")) /* else a parameter of Systems Manager names it */
			add_edge(g, ancestor(g, GRAPH_IMAGE, image, at, NULL), at, 0);
	}
}

void graph_read(struct graph *g)
{
	/* instances first: they know an image's name even when it has gone */
	static const struct {
		enum graph_kind kind;
		void (*read)(struct graph *g, size_t at);
	} readers[] = {{GRAPH_INSTANCE, read_instance}, {GRAPH_IMAGE, read_image},
		{GRAPH_SNAPSHOT, read_snapshot}, {GRAPH_VOLUME, read_volume},
		{GRAPH_TEMPLATE, read_template}};
	size_t known;

	for (size_t i = 0; i < ARRAY_LEN(sources); i++)
		read_source(g, &sources[i]);
	if (g->n)
		qsort(g->nodes, g->n, sizeof *g->nodes, by_order);
	index_nodes(g);
	known = g->n;
	for (size_t r = 0; r < ARRAY_LEN(readers); r++)
		for (size_t i = 0; i < known; i++)
			if (g->nodes[i].kind == readers[r].kind &&
				graph_find(g, g->nodes[i].id) == i)
				readers[r].read(g, i);
}
