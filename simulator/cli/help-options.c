/*
 * help-options.c - the options of an operation as help and completion show them: the arguments that
 * request.c takes, an option and its denial in one, without those that the CLI hides.
 */
#include "cli/help.h"

#include "base/mem.h"
#include "cli/request.h"

#include <string.h>

/* Lines for the CLI's own options; those of members are the model's. */
static const struct {
	const char *name;
	struct help_line line;
} own_lines[] = {
	{"count", {"How many instances to launch: a number, or min:max. Without it: 1.",
			  "시작할 인스턴스 수. 숫자 하나 또는 최소:최대로 쓴다. 기본값은 1."}},
	{"secondary-private-ip-addresses",
		{"Further private IPv4 addresses of the primary network interface.",
			"기본 네트워크 인터페이스에 더할 프라이빗 IPv4 주소."}},
	{"secondary-private-ip-address-count",
		{"How many further private IPv4 addresses to assign.",
			"추가로 할당할 프라이빗 IPv4 주소의 수."}},
	{"associate-public-ip-address", {"Whether the instance gets a public IPv4 address.",
						"인스턴스에 퍼블릭 IPv4 주소를 줄지 정한다."}},
	{"priv-launch-key",
		{"File with the private key of the launch, to decrypt the password.",
			"암호를 풀 때 쓸, 시작할 때 지정한 키 페어의 프라이빗 키 파일."}},
	{"protocol", {"Protocol of the rule: tcp, udp, icmp, all, or a number.",
			     "규칙의 프로토콜: tcp, udp, icmp, all 또는 번호."}},
	{"port", {"A port, or a range: 22, 8000-8100, all; for icmp type-code.",
			 "포트 하나 또는 범위: 22, 8000-8100, all. icmp는 유형-코드."}},
	{"cidr", {"The range of IPv4 addresses of the rule.", "규칙에 쓸 IPv4 주소 범위."}},
	{"source-group", {"The security group that is the other side of the rule.",
				 "규칙의 상대가 되는 보안 그룹."}},
	{"group-owner", {"The account of that security group.", "그 보안 그룹을 소유한 계정."}},
	{"bucket", {"The bucket of the bundle.", "번들을 저장할 버킷."}},
	{"prefix", {"The beginning of the names of its objects.", "객체 이름의 앞부분."}},
	{"owner-akid", {"Access key id of the bucket's owner.", "버킷 소유자의 액세스 키 ID."}},
	{"owner-sak",
		{"Secret access key of the bucket's owner.", "버킷 소유자의 보안 액세스 키."}},
	{"policy", {"An upload policy of one's own.", "직접 만든 업로드 정책."}},
	{"starting-token", {"Where to go on: the NextToken of a listing that --max-items has cut.",
				   "이어서 볼 곳: --max-items로 잘린 목록의 NextToken."}},
	{"page-size",
		{"How many items to ask the service for in each call. The result is the same.",
			"호출 한 번에 서비스에 요청할 항목 수. 결과는 같다."}},
	{"max-items",
		{"How many items to print altogether; the NextToken printed with them goes on from "
		 "there.",
			"모두 몇 개를 출력할지 정한다. 함께 출력되는 NextToken으로 이어서 볼 수 "
			"있다."}},
	{"cli-input-json", {"The request as JSON; options beside it win.",
				   "요청 전체를 담은 JSON. 함께 쓴 옵션이 우선한다."}},
	{"cli-input-yaml", {"The request as YAML; options beside it win.",
				   "요청 전체를 담은 YAML. 함께 쓴 옵션이 우선한다."}},
	{"generate-cli-skeleton",
		{"Prints a request to fill in (input, yaml-input), or a sample of the answer "
		 "(output), and sends nothing.",
			"채워 넣을 요청(input, yaml-input)이나 응답의 예(output)를 출력하고 아무것도 "
			"보내지 않는다."}},
};

static struct help_line own_line(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(own_lines); i++)
		if (!strcmp(own_lines[i].name, name))
			return own_lines[i].line;
	return (struct help_line){"", ""};
}

/* The service's own tokens and limits, for which the CLI has options of its own. */
static bool is_hidden(const struct model_operation *op, const struct argument *a)
{
	const struct model_page *page = op->page == MODEL_NONE ? NULL : &model_pages[op->page];

	return page && a->member &&
	       (a->member == &model_members[page->token_in] ||
		       (page->limit != MODEL_NONE && a->member == &model_members[page->limit]));
}

/* The option that this argument denies; NULL: it is one for itself. */
static struct cli_option *denied_by(const struct cli_options *o, const struct argument *a)
{
	struct cli_option *last = o->n ? &o->list[o->n - 1] : NULL;

	if (a->member && (a->kind == ARGUMENT_NO || a->kind == ARGUMENT_VALUE_NO)) {
		for (size_t i = 0; i < o->n; i++)
			if (o->list[i].member == a->member)
				return &o->list[i];
	} else if (last && !a->member && !strncmp(a->name, "no-", 3) &&
		   !strcmp(a->name + 3, last->name)) {
		return last;
	}
	return NULL;
}

static void add(struct cli_options *o, const struct argument *a)
{
	struct cli_option *yes = denied_by(o, a);

	if (yes) {
		yes->no = a->name;
		return;
	}
	ARRAY_GROW(o->list, o->n, o->cap);
	o->list[o->n++] = (struct cli_option){.name = a->name,
		.no = "",
		.member = a->member,
		.required = a->required,
		.flag = a->arity == WORDS_FLAG,
		.many = a->arity == WORDS_MANY,
		.type = a->arity == WORDS_FLAG   ? "boolean"
			: a->arity == WORDS_MANY ? "list"
			: a->integer             ? "integer"
						 : "string",
		.doc = own_line(a->name)};
}

struct cli_options cli_options_of(
	const struct model_operation *op, const struct model_waiter *waiter)
{
	struct invocation inv = {.op = op, .waiter = waiter};
	const struct argument *arguments;
	struct cli_options o = {0};
	size_t n = request_arguments(&inv, &arguments);

	for (size_t i = 0; i < n; i++)
		if (!is_hidden(op, &arguments[i]))
			add(&o, &arguments[i]);
	o.arena = inv.arena;
	return o;
}

void cli_options_release(struct cli_options *o)
{
	free(o->list);
	arena_release(&o->arena);
}
