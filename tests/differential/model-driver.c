/*
 * model-driver.c - prints the tables of the model as lines of fields parted by tabs, for
 * diff_model.py: the kind of line, the service, and then what emit functions below say.
 */
#include "model/model.h"

#include <inttypes.h>

static const char *name_of(uint16_t shape)
{
	return shape == MODEL_NONE ? "" : model_text(model_shapes[shape].name);
}

static const char *member_name(uint16_t member)
{
	return member == MODEL_NONE ? "" : model_text(model_members[member].name);
}

static void print_texts(
	const char *kind, const char *service, const char *name, const uint32_t *texts, size_t n)
{
	size_t i;

	printf("%s\t%s\t%s", kind, service, name);
	for (i = 0; i < n; i++)
		printf("\t%s", model_text(texts[i]));
	putchar('\n');
}

/* operation SERVICE Name cli input output wrapper METHOD path; and its page, filters and errors. */
static void print_operation(const char *service, const struct model_operation *op)
{
	const struct model_page *p = op->page == MODEL_NONE ? NULL : &model_pages[op->page];

	printf("operation\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", service, model_text(op->name),
		model_text(op->cli), name_of(op->input), name_of(op->output),
		model_text(op->wrapper), model_text(op->method), model_text(op->path));
	if (p)
		printf("page\t%s\t%s\t%s\t%s\t%s\t%s\n", service, model_text(op->name),
			member_name(p->token_in), member_name(p->token_out), member_name(p->limit),
			member_name(p->result));
	print_texts("filters", service, model_text(op->name), &model_filters[op->filters.first],
		op->filters.n);
	print_texts("errors", service, model_text(op->name), &model_errors[op->errors.first],
		op->errors.n);
}

/* member SERVICE Shape Name cli cli_no wire query type required min max location item */
static void print_member(const char *service, const struct model_member *m)
{
	const struct model_range *r = model_member_range(m);

	printf("member\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d", service, name_of(m->owner),
		model_text(m->name), model_text(m->cli), model_text(m->cli_no), model_text(m->wire),
		model_text(m->query), name_of(m->shape), m->required);
	printf(r->min == INT64_MIN ? "\t" : "\t%" PRId64, r->min);
	printf(r->max == INT64_MAX ? "\t" : "\t%" PRId64, r->max);
	printf("\t%d\t%s\n", m->location, model_text(m->item));
}

/* shape SERVICE Name kind uses; its members or values follow. */
static void print_shape(const char *service, const struct model_shape *s)
{
	size_t i;

	printf("shape\t%s\t%s\t%d\t%d\n", service, model_text(s->name), s->kind, s->uses);
	for (i = 0; i < s->members.n; i++)
		print_member(service, model_member_at(s, i));
	if (s->enumeration != MODEL_NONE) {
		const struct model_enum *e = &model_enums[s->enumeration];

		print_texts("enum", service, model_text(e->name), &model_values[e->values.first],
			e->values.n);
	}
}

/* waiter SERVICE Name cli Operation delay attempts; accept SERVICE Waiter matcher state path ... */
static void print_waiter(const char *service, const struct model_waiter *w)
{
	size_t i;

	printf("waiter\t%s\t%s\t%s\t%s\t%d\t%d\n", service, model_text(w->name), model_text(w->cli),
		model_text(model_operations[w->operation].name), w->delay, w->attempts);
	for (i = 0; i < w->acceptors.n; i++) {
		const struct model_acceptor *a = &model_acceptors[w->acceptors.first + i];

		printf("accept\t%s\t%s\t%d\t%d\t%d\t%s\t%s\t%d\n", service, model_text(w->name),
			a->matcher, a->outcome, a->expected, model_text(a->path),
			model_text(a->text), a->number);
	}
}

static void print_service(const struct model_service *s)
{
	const char *name = model_text(s->name);
	size_t i;

	printf("service\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", name, model_text(s->command),
		model_text(s->api_version), s->protocol, model_text(s->xmlns),
		model_text(s->target_prefix), model_text(s->json_version));
	for (i = 0; i < s->operations.n; i++)
		print_operation(name, &model_operations[s->operations.first + i]);
	for (i = 0; i < s->shapes.n; i++)
		print_shape(name, &model_shapes[s->shapes.first + i]);
	for (i = 0; i < s->waiters.n; i++)
		print_waiter(name, &model_waiters[s->waiters.first + i]);
	for (i = 0; i < s->known.n; i++) {
		const struct model_known *k = &model_known[s->known.first + i];

		printf("known\t%s\t%s\t%s\t%d\n", name, model_text(k->name), model_text(k->cli),
			k->operation != MODEL_NONE);
	}
}

int main(void)
{
	size_t i;

	for (i = 0; i < model_counts.services; i++)
		print_service(&model_services[i]);
	return ferror(stdout) ? 1 : 0;
}
