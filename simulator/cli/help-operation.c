/* help-operation.c - help of one operation, and of one waiter. */
#include "cli/help.h"

#include "base/mem.h"

#include <string.h>

static const struct help_line required_mark = {"[required]", "[필수]"};

/* --- SYNOPSIS ------------------------------------------------------------------------------- */

static void synopsis_option(struct buf *line, const struct cli_option *o)
{
	buf_clear(line);
	buf_adds(line, o->required ? "" : "[");
	buf_addf(line, "--%s", o->name);
	if (*o->no)
		buf_addf(line, " | --%s", o->no);
	if (!o->flag)
		buf_adds(line, o->many ? " <value> ..." : " <value>");
	buf_adds(line, o->required ? "" : "]");
}

static void synopsis(const struct help *h, const char *command, const struct cli_options *o)
{
	struct buf line = BUF_INIT;

	help_section(h, "SYNOPSIS");
	buf_addf(&line, "aws %s", command);
	help_text(h, 0, line.s);
	for (int wanted = 1; wanted >= 0; wanted--)
		for (size_t i = 0; i < o->n; i++)
			if (o->list[i].required == (wanted == 1)) {
				synopsis_option(&line, &o->list[i]);
				help_text(h, 1, line.s);
			}
	buf_release(&line);
}

/* --- OPTIONS -------------------------------------------------------------------------------- */

static void option_syntax(const struct help *h, const struct model_shape *shape)
{
	static const struct help_line shorthand = {"Shorthand:", "축약 문법:"};
	struct buf text = BUF_INIT;

	if (!help_is_nested(shape))
		return;
	if (help_shorthand(&text, shape)) {
		help_text(h, 1, help_in(h, shorthand));
		help_pieces(h, 2, text.s);
	}
	buf_clear(&text);
	help_json(&text, shape);
	help_text(h, 1, "JSON:");
	help_code(h, 2, text.s);
	buf_release(&text);
}

static void option_filters(const struct help *h, const struct model_operation *op)
{
	static const struct help_line label = {"Filter names: ", "필터 이름: "};
	struct buf text = BUF_INIT;

	buf_adds(&text, help_in(h, label));
	for (size_t i = 0; i < op->filters.n; i++)
		buf_addf(&text, "%s%s", i ? ", " : "",
			model_text(model_filters[op->filters.first + i]));
	help_pieces(h, 1, text.s);
	buf_release(&text);
}

static void option_range(const struct help *h, const struct model_member *m)
{
	static const struct help_line range = {"Range: ", "범위: "};
	static const struct help_line length = {"Length: ", "길이: "};
	const struct model_range *r = model_member_range(m);
	enum model_kind kind = (enum model_kind)model_member_shape(m)->kind;
	bool number = kind == MODEL_INTEGER || kind == MODEL_LONG;
	struct buf text = BUF_INIT;

	if (r->min == INT64_MIN && r->max == INT64_MAX)
		return;
	buf_adds(&text, help_in(h, number ? range : length));
	if (r->min != INT64_MIN)
		buf_addf(&text, "%lld", (long long)r->min);
	buf_adds(&text, "..");
	if (r->max != INT64_MAX)
		buf_addf(&text, "%lld", (long long)r->max);
	help_text(h, 1, text.s);
	buf_release(&text);
}

static const struct model_enum *enum_of(const struct model_shape *shape)
{
	const struct model_shape *s =
		shape->kind == MODEL_LIST ? model_shape(shape->element) : shape;

	return s->enumeration == MODEL_NONE ? NULL : &model_enums[s->enumeration];
}

static void option(
	const struct help *h, const struct model_operation *op, const struct cli_option *o)
{
	const struct model_shape *shape = o->member ? model_member_shape(o->member) : NULL;
	struct buf line = BUF_INIT;
	const char *doc;

	buf_addf(&line, "--%s", o->name);
	if (*o->no)
		buf_addf(&line, " | --%s", o->no);
	buf_addf(&line, " (%s)", shape ? help_type(shape) : o->type);
	if (o->required)
		buf_addf(&line, " %s", help_in(h, required_mark));
	help_item(h, 0, line.s);
	buf_release(&line);
	doc = o->member ? help_doc(h, o->member->doc) : help_in(h, o->doc);
	if (*doc)
		help_text(h, 1, doc);
	if (shape) {
		option_range(h, o->member);
		if (enum_of(shape) && enum_of(shape)->values.n)
			help_values(h, 1, enum_of(shape));
		if (op->filters.n && !strcmp(model_text(o->member->name), "Filters"))
			option_filters(h, op);
		option_syntax(h, shape);
	}
	help_gap(h);
}

static void options(
	const struct help *h, const struct model_operation *op, const struct cli_options *o)
{
	help_section(h, "OPTIONS");
	for (size_t i = 0; i < o->n; i++)
		option(h, op, &o->list[i]);
}

/* --- EXAMPLES ------------------------------------------------------------------------------- */

/* A value that fits an option, for commands nobody has written an example of. */
static void sample_value(struct buf *out, const struct cli_option *o)
{
	static const struct {
		const char *part, *sample;
	} table[] = {
		{"image-id", "ami-0abcdef1234567890"},
		{"instance-id", "i-0123456789abcdef0"},
		{"snapshot-id", "snap-0123456789abcdef0"},
		{"volume-id", "vol-0123456789abcdef0"},
		{"subnet-id", "subnet-0123456789abcdef0"},
		{"vpc-id", "vpc-0123456789abcdef0"},
		{"group-id", "sg-0123456789abcdef0"},
		{"allocation-id", "eipalloc-0123456789abcdef0"},
		{"launch-template-id", "lt-0123456789abcdef0"},
		{"resources", "ami-0abcdef1234567890"},
		{"region", "us-east-1"},
		{"zone", "us-east-1a"},
		{"key-id", "alias/my-key"},
		{"bucket", "amzn-s3-demo-bucket"},
		{"name", "my-name"},
		{"tags", "Key=Name,Value=web"},
	};
	const struct model_shape *shape = model_member_shape(o->member);
	const struct model_enum *e = enum_of(shape);

	if (e && e->values.n) {
		buf_adds(out, model_text(model_values[e->values.first]));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strstr(o->name, table[i].part)) {
			buf_adds(out, table[i].sample);
			return;
		}
	if (shape->kind == MODEL_INTEGER || shape->kind == MODEL_LONG)
		buf_adds(out, "1");
	else if (shape->kind == MODEL_TIMESTAMP)
		buf_adds(out, "2030-01-01T00:00:00Z");
	else if (shape->kind != MODEL_BOOLEAN &&
		 (!help_is_nested(shape) || !help_shorthand(out, shape)))
		buf_adds(out, "VALUE");
}

static void made_up_example(const struct help *h, const char *command, const struct cli_options *o)
{
	static const struct help_line skeleton = {
		"To get a request to fill in:", "채워 넣을 요청을 얻으려면:"};
	static const struct help_line plain = {"With what is required:", "필수 옵션만 쓰면:"};
	struct buf line = BUF_INIT;

	help_text(h, 0, help_in(h, plain));
	buf_addf(&line, "aws %s", command);
	for (size_t i = 0; i < o->n; i++)
		if (o->list[i].required) {
			buf_addf(&line, " --%s ", o->list[i].name);
			sample_value(&line, &o->list[i]);
		}
	help_command(h, 1, line.s);
	help_gap(h);
	buf_clear(&line);
	buf_addf(&line, "aws %s --generate-cli-skeleton", command);
	help_text(h, 0, help_in(h, skeleton));
	help_command(h, 1, line.s);
	buf_release(&line);
}

static void examples(const struct help *h, const struct model_operation *op, const char *command,
	const struct cli_options *o)
{
	help_section(h, "EXAMPLES");
	if (!help_examples(h, model_text(model_services[op->service].name), model_text(op->cli)))
		made_up_example(h, command, o);
}

/* --- pages ---------------------------------------------------------------------------------- */

static void paging(const struct help *h, const struct model_operation *op)
{
	static const struct help_line line = {
		"A listing in pages: the CLI asks for one after the other until it has all of them "
		"(--no-paginate: only the first). With --output text, --query sees each page for "
		"itself.",
		"결과가 여러 페이지로 나뉘는 명령이다. CLI는 모든 페이지를 차례로 요청한다 (--no-paginate: "
		"첫 페이지만). --output text에서는 --query가 페이지마다 따로 적용된다."};

	if (op->page == MODEL_NONE)
		return;
	help_gap(h);
	help_text(h, 0, help_in(h, line));
}

static void command_of(struct buf *out, const struct model_operation *op)
{
	buf_addf(
		out, "%s %s", model_text(model_services[op->service].command), model_text(op->cli));
}

void help_operation(const struct help *h, const struct model_operation *op)
{
	struct cli_options o = cli_options_of(op, NULL);
	const char *doc = help_doc(h, op->doc);
	struct buf command = BUF_INIT, api = BUF_INIT;

	command_of(&command, op);
	buf_addf(&api, "API: %s", model_text(op->name));
	help_name(h, model_text(op->cli), doc);
	help_section(h, "DESCRIPTION");
	if (*doc)
		help_text(h, 0, doc);
	help_text(h, 0, api.s);
	paging(h, op);
	synopsis(h, command.s, &o);
	options(h, op, &o);
	help_global_options(h);
	examples(h, op, command.s, &o);
	help_output(h, model_shape(op->output));
	cli_options_release(&o);
	buf_release(&command);
	buf_release(&api);
}

/* "every 15 seconds, at most 40 times", and what it waits for. */
static void waiter_description(const struct help *h, const struct model_waiter *w)
{
	static const struct help_line polls = {"Polls ", "반복해서 부르는 명령: "};
	static const struct help_line pace = {"; seconds between polls: ", "; 간격(초): "};
	static const struct help_line limit = {
		"; exit code 255 after so many: ", "; 이 횟수를 넘으면 종료 코드 255: "};
	static const struct help_line until = {"Succeeds when: ", "성공 조건: "};
	static const struct help_line fails = {"Fails (255) when: ", "실패(255) 조건: "};
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s%s%s%u%s%u.", help_in(h, polls),
		model_text(model_operations[w->operation].cli), help_in(h, pace),
		(unsigned)w->delay, help_in(h, limit), (unsigned)w->attempts);
	help_text(h, 0, text.s);
	for (size_t i = 0; i < w->acceptors.n; i++) {
		const struct model_acceptor *a = &model_acceptors[w->acceptors.first + i];
		static const char *const matchers[] = {[MODEL_PATH] = "path",
			[MODEL_PATH_ALL] = "all of",
			[MODEL_PATH_ANY] = "any of",
			[MODEL_ERROR] = "error",
			[MODEL_HTTP_STATUS] = "HTTP status"};

		if (a->outcome == MODEL_RETRY)
			continue;
		buf_clear(&text);
		buf_addf(&text, "%s%s %s", help_in(h, a->outcome == MODEL_SUCCESS ? until : fails),
			matchers[a->matcher], model_text(a->path));
		if (a->expected == MODEL_EXPECT_TEXT)
			buf_addf(&text, "%s%s", *model_text(a->path) ? " = " : "",
				model_text(a->text));
		else if (a->expected == MODEL_EXPECT_NUMBER)
			buf_addf(&text, "%u", (unsigned)a->number);
		help_text(h, 0, text.s);
	}
	buf_release(&text);
}

void help_waiter(const struct help *h, const struct model_waiter *w)
{
	static const struct help_line nothing = {
		"Nothing: it waits in silence.", "출력 없이 기다린다."};
	const struct model_operation *op = &model_operations[w->operation];
	struct cli_options o = cli_options_of(op, w);
	struct buf command = BUF_INIT;

	buf_addf(&command, "%s wait %s", model_text(model_services[op->service].command),
		model_text(w->cli));
	help_name(h, model_text(w->cli), "");
	help_section(h, "DESCRIPTION");
	waiter_description(h, w);
	synopsis(h, command.s, &o);
	options(h, op, &o);
	help_global_options(h);
	help_section(h, "EXAMPLES");
	made_up_example(h, command.s, &o);
	help_section(h, "OUTPUT");
	help_text(h, 0, help_in(h, nothing));
	cli_options_release(&o);
	buf_release(&command);
}
