/*
 * test-graph.c - sim_graph: golden pictures of a small world, and what must hold of every picture.
 *
 * tests/golden/graph/NAME is compared with what the story below leads to; AMIDOJO_UPDATE_GOLDEN in
 * the environment writes the files anew.
 */
#include "base/text.h"
#include "sim/graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "golden-help.h"
#include "graph-world.h"

/* ---- a story with everything in it ---- */

struct story {
	struct sim *s;
	char *base, *web, *image, *copy, *theirs, *launched, *template, *lost;
};

#define LAUNCH "ec2 run-instances --count 1 --output text --query Instances[0].InstanceId "
#define TAGGED(kind, name)                                                                         \
	"--tag-specifications ResourceType=" kind ",Tags=[{Key=Name,Value=" name "}]"

static void wait_long(struct sim *s)
{
	sim_advance(s, 15 * 60 * 1000, NULL);
}

static char *snapshot_of(const struct shell *p, const char *image)
{
	return aws_in(p,
		"ec2 describe-images --image-ids %s --output text --query Images[0].BlockDeviceMappings[0].Ebs.SnapshotId",
		image);
}

/* A web server made of Amazon Linux, its image, copies of that, and what has gone since. */
static void tell(struct story *t)
{
	struct shell prod, seoul, dev;
	char *snapshot;

	*t = (struct story){.s = graph_sim()};
	prod = (struct shell){t->s, "default", "us-east-1"};
	seoul = (struct shell){t->s, "default", "ap-northeast-2"};
	dev = (struct shell){t->s, "dev", "us-east-1"};
	t->base = aws_in(&prod,
		"ec2 describe-images --filters Name=name,Values=al2023-ami-2023.9.20251208.0-kernel-6.1-x86_64 --query Images[0].ImageId --output text");
	t->web = aws_in(&prod,
		LAUNCH "--instance-type t3.micro --image-id %s " TAGGED("instance", "web"),
		t->base);
	wait_long(t->s);
	t->image = aws_in(&prod,
		"ec2 create-image --instance-id %s --name web-v1 --query ImageId --output text",
		t->web);
	t->lost = aws_in(&prod,
		"ec2 create-image --instance-id %s --name web-v0 --query ImageId --output text",
		t->web);
	wait_long(t->s);
	t->copy = aws_in(&seoul,
		"ec2 copy-image --name web-v1 --source-image-id %s --source-region us-east-1 --query ImageId --output text",
		t->image);
	snapshot = snapshot_of(&prod, t->image);
	aws_do(&prod,
		"ec2 modify-image-attribute --image-id %s --launch-permission Add=[{UserId=111122223333}]",
		t->image);
	aws_do(&prod,
		"ec2 modify-snapshot-attribute --snapshot-id %s --operation-type add --user-ids 111122223333 --attribute createVolumePermission",
		snapshot);
	free(snapshot);
	t->theirs = aws_in(&dev,
		"ec2 copy-image --name their-web --source-image-id %s --source-region us-east-1 --query ImageId --output text",
		t->image);
	wait_long(t->s);
	t->launched = aws_in(&dev,
		LAUNCH
		"--instance-type t3.micro --image-id %s " TAGGED("instance", "'가게<&\\\">'"),
		t->theirs);
	t->template = aws_in(&seoul,
		"ec2 create-launch-template --launch-template-name shop --launch-template-data ImageId=%s --query LaunchTemplate.LaunchTemplateId --output text",
		t->copy);
	aws_do(&prod, "ec2 deregister-image --image-id %s", t->lost);
	aws_do(&prod, "ec2 create-volume --size 3 --availability-zone us-east-1a " TAGGED(
			      "volume", "data"));
	aws_do(&prod, "ec2 terminate-instances --instance-ids %s", t->web);
	wait_long(t->s);
}

static void story_end(struct story *t)
{
	char *ids[] = {
		t->base, t->web, t->image, t->copy, t->theirs, t->launched, t->template, t->lost};

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		free(ids[i]);
	sim_free(t->s);
}

static void compare(const char *name, const struct buf *got)
{
	struct buf path = BUF_INIT, wanted = BUF_INIT;

	buf_addf(&path, "tests/golden/graph/%s", name);
	if (getenv("AMIDOJO_UPDATE_GOLDEN"))
		write_file(path.s, got);
	read_file(&wanted, path.s);
	if (strcmp(wanted.s, got->s) != 0)
		fail_msg("%s: wanted\n%s\ngot\n%s", path.s, wanted.s, got->s);
	buf_release(&path);
	buf_release(&wanted);
}

static void test_golden(void **state)
{
	static const struct {
		const char *name;
		struct sim_graph o;
	} pictures[] = {
		{"story.txt", {SIM_GRAPH_TREE, NULL, 0, false}},
		{"story.40.plain.txt", {SIM_GRAPH_TREE, NULL, 40, true}},
		{"story.dot", {SIM_GRAPH_DOT, NULL, 0, false}},
		{"story.svg", {SIM_GRAPH_SVG, NULL, 0, false}},
		{"copy.80.txt", {SIM_GRAPH_TREE, "copy", 80, false}},
	};
	struct story t;

	(void)state;
	tell(&t);
	for (size_t i = 0; i < ARRAY_LEN(pictures); i++) {
		struct sim_graph o = pictures[i].o;
		struct buf out = BUF_INIT, again = BUF_INIT;

		o.id = o.id ? t.copy : NULL;
		assert_true(sim_graph(t.s, &o, &out));
		assert_true(sim_graph(t.s, &o, &again));
		assert_string_equal(out.s, again.s);
		compare(pictures[i].name, &out);
		buf_release(&out);
		buf_release(&again);
	}
	story_end(&t);
}

/* ---- what must hold of any picture ---- */

static size_t nodes_drawn(const char *tree)
{
	size_t n = 0;

	for (const char *line = tree; *line; line = strchr(line, '\n') + 1) {
		size_t blanks = strspn(line, " |`-");

		n += line[blanks] != '^' && line[blanks] != 'v';
		n += strncmp(line + blanks, "vol-", 4) == 0;
	}
	return n;
}

/* ASCII, no line too wide, every node once, and every reference to one that is there. */
static void check_tree(const struct graph *g, int columns)
{
	struct buf out = BUF_INIT;

	graph_tree(g, &(struct sim_graph){SIM_GRAPH_TREE, NULL, columns, true}, &out);
	assert_int_equal(nodes_drawn(out.s), g->n);
	for (char *rest = out.s, *line; (line = strsep(&rest, "\n"));) {
		assert_true(!columns || text_swidth(line) <= columns);
		line += strspn(line, " |`-");
		if (columns >= 40 && (*line == '^' || (*line == 'v' && line[1] == ' '))) {
			line[2 + strcspn(line + 2, " ")] = '\0';
			assert_true(graph_find(g, line + 2) != GRAPH_NONE);
		}
	}
	buf_release(&out);
}

struct box {
	int x, y, width, height;
};

/* No two boxes overlap, and every line goes from one's right side to another's left side. */
static void check_svg(const struct graph *g)
{
	struct buf out = BUF_INIT;
	struct box *boxes = xcalloc(g->n + 1, sizeof *boxes);
	int width, height, x, y, a, b, c, d, to_x, to_y;
	size_t n = 0, lines = 0;

	graph_svg(g, &out);
	assert_int_equal(
		sscanf(out.s,
			"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\"",
			&width, &height),
		2);
	for (const char *at = out.s; (at = strstr(at, "<rect class=\"box\"")); at++) {
		struct box *o = &boxes[n++];

		assert_true(n <= g->n);
		assert_int_equal(
			sscanf(at,
				"<rect class=\"box\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"",
				&o->x, &o->y, &o->width, &o->height),
			4);
		assert_true(o->x >= 0 && o->y >= 0 && o->x + o->width <= width &&
			    o->y + o->height <= height);
	}
	assert_int_equal(n, g->n);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			assert_true(boxes[i].x + boxes[i].width <= boxes[j].x ||
				    boxes[j].x + boxes[j].width <= boxes[i].x ||
				    boxes[i].y + boxes[i].height <= boxes[j].y ||
				    boxes[j].y + boxes[j].height <= boxes[i].y);
	for (const char *at = out.s; (at = strstr(at, " d=\"M")); at++, lines++) {
		bool begins = false, ends = false;

		assert_int_equal(sscanf(at, " d=\"M%d %dC%d %d %d %d %d %d\"", &x, &y, &a, &b, &c,
					 &d, &to_x, &to_y),
			8);
		for (size_t i = 0; i < n; i++) {
			const struct box *o = &boxes[i];

			begins = begins || (x == o->x + o->width && y == o->y + o->height / 2);
			ends = ends || (to_x == o->x && to_y == o->y + o->height / 2);
		}
		assert_true(begins && ends);
	}
	assert_int_equal(lines, g->n_edges);
	assert_null(strstr(out.s, "<script"));
	assert_null(strstr(out.s, "href"));
	assert_non_null(strstr(out.s, "prefers-color-scheme"));
	free(boxes);
	buf_release(&out);
}

static void check_dot(const struct graph *g)
{
	struct buf out = BUF_INIT;
	size_t edges = 0;
	int depth = 0;
	bool quoted = false;

	graph_dot(g, &out);
	for (const char *at = out.s; (at = strstr(at, "\" -> \"")); at++)
		edges++;
	assert_int_equal(edges, g->n_edges);
	for (const char *c = out.s; *c; c++) {
		if (*c == '\\' && quoted)
			c++;
		else if (*c == '"')
			quoted = !quoted;
		else if (!quoted)
			depth += (*c == '{') - (*c == '}');
		assert_true(depth >= 0);
	}
	assert_true(!quoted && depth == 0);
	buf_release(&out);
}

static void check(const struct graph *g)
{
	static const int widths[] = {0, 20, 33, 40, 60, 80, 200};

	for (size_t i = 0; i < ARRAY_LEN(widths); i++)
		check_tree(g, widths[i]);
	check_svg(g);
	check_dot(g);
}

static void test_story_holds(void **state)
{
	struct story t;
	struct graph g;

	(void)state;
	tell(&t);
	assert_true(graph_make(&g, t.s->w, NULL));
	assert_true(g.n > 10);
	check(&g);
	graph_release(&g);
	assert_true(graph_make(&g, t.s->w, t.launched));
	check(&g);
	graph_release(&g);
	assert_false(graph_make(&g, t.s->w, "ami-0123456789abcdef0"));
	graph_release(&g);
	story_end(&t);
}

/* ---- graphs made by hand ---- */

static void add_node(struct graph *g, enum graph_kind kind, const char *prefix, unsigned long i)
{
	struct buf id = BUF_INIT;

	buf_addf(&id, "%s-%lu", prefix, i);
	ARRAY_GROW(g->nodes, g->n, g->cap);
	g->nodes[g->n] = (struct graph_node){.kind = kind,
		.id = arena_strdup(&g->texts, id.s),
		.account = "111122223333",
		.region = i % 3 ? "us-east-1" : "eu-west-1",
		.name = i % 2 ? "이름 <&\\\"> 서버" : NULL,
		.order = i};
	g->n++;
	map_add(&g->by_id, g->nodes[g->n - 1].id, (void *)g->n);
	buf_release(&id);
}

static void add_edge(struct graph *g, size_t from, size_t to, int rank)
{
	ARRAY_GROW(g->edges, g->n_edges, g->cap_edges);
	g->edges[g->n_edges++] = (struct graph_edge){from, to, rank, false};
}

/* Circles cannot be in a world; a damaged one must not hang the program. */
static void test_circles(void **state)
{
	static const struct {
		size_t n;
		size_t edges[6][2];
	} all[] = {
		{2, {{0, 1}, {1, 0}}},
		{3, {{0, 1}, {1, 2}, {2, 0}}},
		{4, {{0, 1}, {1, 2}, {2, 1}, {2, 3}, {3, 0}}},
		{4, {{3, 2}, {2, 1}, {1, 3}, {1, 0}}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct graph g = {0};

		for (size_t j = 0; j < all[i].n; j++)
			add_node(&g, GRAPH_IMAGE, "ami", j);
		for (size_t j = 0; j < 6 && (all[i].edges[j][0] || all[i].edges[j][1]); j++)
			add_edge(&g, all[i].edges[j][0], all[i].edges[j][1], 0);
		graph_settle(&g);
		check(&g);
		graph_release(&g);
	}
}

/* Any graph, circles and double edges included. */
static void test_random(void **state)
{
	uint64_t random = 7; /* seed */

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct graph g = {0};
		size_t n = 1 + round % 60;

		for (size_t i = 0; i < n; i++)
			add_node(&g, (enum graph_kind)(i % 5), i % 5 == 1 ? "vol" : "ami", i);
		for (size_t i = 0; i < n + n / 2; i++) {
			size_t from, to;

			random = random * UINT64_C(6364136223846793005) +
				 UINT64_C(1442695040888963407);
			from = (size_t)(random >> 33) % n;
			random = random * UINT64_C(6364136223846793005) +
				 UINT64_C(1442695040888963407);
			to = (size_t)(random >> 33) % n;
			if (from != to)
				add_edge(&g, from, to, (int)(random >> 20) % 3);
		}
		graph_settle(&g);
		check(&g);
		graph_release(&g);
	}
}

/* ---- large worlds ---- */

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void put(struct world *w, const char *kind, const char *id, json_t *doc)
{
	world_put(w, (struct place_of){"123456789012", "us-east-1", kind}, id, doc);
}

/* 10,000 images: copies of each other in one long line, or all of the first, or of nothing. */
static void fill(struct world *w, int shape)
{
	char id[WORLD_ID], from[WORLD_ID], snapshot[WORLD_ID];

	world_begin(w, "fill");
	for (int i = 0; i < 10000; i++) {
		json_t *doc;

		snprintf(id, sizeof id, "ami-%017x", i);
		snprintf(snapshot, sizeof snapshot, "snap-%017x", i);
		snprintf(from, sizeof from, "ami-%017x", shape == 0 ? i - 1 : 0);
		doc = json_pack("{s:s, s:s, s:s, s:[{s:s, s:{s:s, s:i}}]}", "ImageId", id, "Name",
			id, "State", "available", "BlockDeviceMappings", "DeviceName", "/dev/xvda",
			"Ebs", "SnapshotId", snapshot, "VolumeSize", 8);
		if (i && shape < 2)
			json_object_set_new(doc, "SourceImageId", json_string(from));
		put(w, "image", id, doc);
		put(w, "snapshot", snapshot,
			json_pack("{s:s, s:s, s:s, s:i}", "SnapshotId", snapshot, "State",
				"completed", "VolumeId", "vol-ffffffff", "VolumeSize", 8));
	}
	world_commit(w);
}

static void test_large(void **state)
{
	(void)state;
	for (int shape = 0; shape < 3; shape++) {
		struct sim *s = graph_sim();

		fill(s->w, shape);
		for (int form = SIM_GRAPH_TREE; form <= SIM_GRAPH_SVG; form++) {
			const char *const ids[] = {NULL, "ami-00000000000000007"};

			for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
				struct buf out = BUF_INIT;
				double begun = seconds(), took;

				assert_true(sim_graph(
					s, &(struct sim_graph){form, ids[i], 80, false}, &out));
				took = seconds() - begun;
				if (took > 0.2)
					print_message(
						"shape %d form %d: %.3f s\n", shape, form, took);
				assert_true(took < 5); /* under a sanitizer, on a busy machine */
				assert_true(out.len > 100 && out.len < 40 * 1000 * 1000);
				buf_release(&out);
			}
		}
		sim_free(s);
	}
}

static void test_empty(void **state)
{
	struct sim *s = graph_sim();
	struct buf out = BUF_INIT;

	(void)state;
	for (int form = SIM_GRAPH_TREE; form <= SIM_GRAPH_SVG; form++)
		assert_true(sim_graph(s, &(struct sim_graph){.form = form}, &out));
	assert_int_equal(out.len, 0);
	assert_false(sim_graph(s, &(struct sim_graph){.id = "i-1"}, &out));
	assert_int_equal(out.len, 0);
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_story_holds),
		cmocka_unit_test(test_circles),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
