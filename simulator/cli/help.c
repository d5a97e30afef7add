/* help.c - pages of `aws ... help` above the operations. */
#include "cli/help.h"

#include "base/intl.h"
#include "base/mem.h"

#include <string.h>

enum { USUAL_COLUMNS = 80, FEWEST_COLUMNS = 20 };

/* A word, and its line one step deeper. */
static void entry(const struct help *h, const char *word, const char *text)
{
	help_text(h, 0, word);
	if (*text)
		help_text(h, 2, text);
}

static void word_list(const struct help *h, struct buf *words)
{
	if (words->len)
		help_text(h, 0, words->s);
	buf_release(words);
}

/* --- global options ------------------------------------------------------------------------- */

static const struct {
	const char *name;
	struct help_line line;
} global_lines[] = {
	{"debug", {"Accepted; there is nothing to trace here.",
			  "받아들이지만 여기서는 추적할 것이 없다."}},
	{"endpoint-url", {"Sends the command to this URL.", "명령을 이 URL로 보낸다."}},
	{"no-verify-ssl", {"Does not check certificates.", "인증서를 확인하지 않는다."}},
	{"no-paginate", {"Asks for the first page only.", "첫 페이지만 요청한다."}},
	{"output", {"How the answer is printed.", "응답을 출력하는 형식."}},
	{"query", {"JMESPath expression: the part of the answer to print.",
			  "응답에서 출력할 부분을 고르는 JMESPath 표현식."}},
	{"profile", {"Profile of the configuration to use.", "사용할 구성 프로필."}},
	{"region", {"AWS Region to use.", "사용할 AWS 리전."}},
	{"version", {"Prints the version.", "버전을 출력한다."}},
	{"color", {"Colours in tables.", "표에 색을 쓸지 정한다."}},
	{"no-sign-request", {"Sends no credentials.", "자격 증명을 보내지 않는다."}},
	{"ca-bundle", {"File with certificates to trust.", "신뢰할 인증서 파일."}},
	{"cli-read-timeout", {"Seconds to wait for an answer; 0: for ever.",
				     "응답을 기다릴 시간(초). 0은 제한 없음."}},
	{"cli-connect-timeout", {"Seconds to wait for a connection; 0: for ever.",
					"연결을 기다릴 시간(초). 0은 제한 없음."}},
	{"cli-binary-format", {"How binary values are given.", "바이너리 값을 주는 형식."}},
	{"no-cli-pager", {"Does not page the output.", "출력을 페이저로 보내지 않는다."}},
	{"cli-auto-prompt", {"Known; the prompt here completes anyway.",
				    "알려진 옵션. 이 프롬프트는 늘 완성을 돕는다."}},
	{"no-cli-auto-prompt", {"Known; see above.", "알려진 옵션. 바로 위와 같다."}},
	{"cli-error-format", {"How errors are printed.", "오류를 출력하는 형식."}},
};

static const char *global_line(const struct help *h, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(global_lines); i++)
		if (!strcmp(global_lines[i].name, name))
			return help_in(h, global_lines[i].line);
	return "";
}

void help_global_options(const struct help *h)
{
	static const char *const types[] = {[MODEL_OPTION_STRING] = "string",
		[MODEL_OPTION_INT] = "int",
		[MODEL_OPTION_BOOLEAN] = "boolean"};
	struct buf line = BUF_INIT;

	help_section(h, "GLOBAL OPTIONS");
	for (size_t i = 0; i < model_counts.options; i++) {
		const struct model_option *o = &model_options[i];

		buf_clear(&line);
		buf_addf(&line, "--%s (%s)", model_text(o->name), types[o->type]);
		help_text(h, 0, line.s);
		buf_clear(&line);
		buf_adds(&line, global_line(h, model_text(o->name)));
		for (size_t k = 0; k < o->choices.n; k++)
			buf_addf(&line, "%s%s", k ? ", " : " ",
				model_text(model_choices[o->choices.first + k]));
		if (line.len)
			help_text(h, 2, line.s);
	}
	buf_release(&line);
}

/* --- aws help ------------------------------------------------------------------------------- */

static void top(const struct help *h)
{
	static const struct help_line what = {
		"The AWS CLI as amidojo simulates it: the same commands, options, outputs and refusals, in a "
		"world of your own where nothing costs anything.",
		"amidojo가 시뮬레이션하는 AWS CLI다. 명령, 옵션, 출력, 오류가 같고, 비용이 들지 않는 "
		"나만의 월드에서 실행된다."};
	static const struct help_line how = {
		"Write help behind a command to read about it: aws ec2 help, aws ec2 create-image help.",
		"명령 뒤에 help를 붙이면 설명을 볼 수 있다: aws ec2 help, aws ec2 create-image help."};
	static const struct help_line configure = {
		"Credentials, Region, output format.", "자격 증명, 리전, 출력 형식을 설정한다."};
	static const struct help_line coverage = {
		"What is simulated.", "시뮬레이션되는 명령의 목록."};
	struct buf words = BUF_INIT;

	help_name(h, "aws", "");
	help_section(h, "DESCRIPTION");
	help_text(h, 0, help_in(h, what));
	help_text(h, 0, help_in(h, how));
	help_section(h, "SYNOPSIS");
	help_text(h, 0, "aws [options] <command> <subcommand> [parameters]");
	help_global_options(h);
	help_section(h, "AVAILABLE SERVICES");
	for (size_t i = 0; i < model_counts.services; i++)
		help_text(h, 0, model_text(model_services[i].command));
	entry(h, "configure", help_in(h, configure));
	entry(h, "coverage", help_in(h, coverage));
	help_section(
		h, h->korean ? "알려져 있지만 시뮬레이션하지 않는 서비스" : "KNOWN, NOT SIMULATED");
	for (size_t i = 0; i < model_counts.tops; i++)
		if (model_tops[i].service == MODEL_NONE)
			buf_addf(&words, "%s%s", words.len ? ", " : "",
				model_text(model_tops[i].name));
	word_list(h, &words);
}

/* --- aws ec2 help, aws ec2 wait help -------------------------------------------------------- */

static void service(const struct help *h, const struct model_service *s)
{
	const char *name = model_text(s->command);
	struct buf words = BUF_INIT, line = BUF_INIT;

	help_name(h, name, "");
	help_section(h, "DESCRIPTION");
	buf_addf(&line, "%s %s", name, model_text(s->api_version));
	help_text(h, 0, line.s);
	help_section(h, "SYNOPSIS");
	buf_clear(&line);
	buf_addf(&line, "aws %s <subcommand> [parameters]", name);
	help_text(h, 0, line.s);
	buf_release(&line);
	help_section(h, "AVAILABLE COMMANDS");
	for (size_t i = 0; i < s->commands.n; i++) {
		const struct model_known *k = &model_known[model_commands[s->commands.first + i]];

		if (k->operation != MODEL_NONE)
			entry(h, model_text(k->cli),
				help_doc(h, model_operations[k->operation].doc));
		else if (!*model_text(k->name) && s->waiters.n)
			entry(h, model_text(k->cli), "");
		else
			buf_addf(&words, "%s%s", words.len ? ", " : "", model_text(k->cli));
	}
	help_section(
		h, h->korean ? "알려져 있지만 시뮬레이션하지 않는 명령" : "KNOWN, NOT SIMULATED");
	word_list(h, &words);
}

static void waiters(const struct help *h, const struct model_service *s)
{
	static const struct help_line what = {
		"Waits until a condition holds: each of these polls an operation, silently, and ends with "
		"exit code 0, or 255 when it never comes true.",
		"조건이 이루어질 때까지 기다린다. 각 명령은 출력 없이 작업을 반복해서 부르고, 이루어지면 "
		"종료 코드 0, 끝내 이루어지지 않으면 255로 끝난다."};

	help_name(h, "wait", "");
	help_section(h, "DESCRIPTION");
	help_text(h, 0, help_in(h, what));
	help_section(h, "AVAILABLE COMMANDS");
	for (size_t i = 0; i < s->waiters.n; i++)
		help_text(h, 0, model_text(model_waiters[s->waiters.first + i].cli));
}

/* --- aws configure help, aws coverage help -------------------------------------------------- */

static const struct own_page {
	const char *command, *subcommand, *synopsis;
	struct help_line what;
	const char *example;
} own_pages[] = {
	{"configure", NULL, "aws configure [--profile <name>]",
		{"Asks for access key, secret key, Region and output format, and writes them to "
		 "~/.aws/credentials and ~/.aws/config. Enter keeps the value in brackets. Subcommands: "
		 "list, get, set, list-profiles.",
			"액세스 키, 보안 키, 리전, 출력 형식을 물어 ~/.aws/credentials와 ~/.aws/config에 "
			"저장한다. Enter는 대괄호 안의 값을 그대로 둔다. 하위 명령: list, get, set, "
			"list-profiles."},
		"aws configure --profile dev"},
	{"configure", "set", "aws configure set <varname> <value> [--profile <name>]",
		{"Sets one value. Keys go to the credentials file, everything else to the config file.",
			"값 하나를 설정한다. 키는 credentials 파일에, 나머지는 config 파일에 저장된다."},
		"aws configure set output table --profile dev"},
	{"configure", "get", "aws configure get <varname> [--profile <name>]",
		{"Prints one value of the files. What is not set prints nothing and gives exit code 1; the "
		 "environment does not count.",
			"파일에 있는 값 하나를 출력한다. 없으면 아무것도 출력하지 않고 종료 코드는 1이다. 환경 "
			"변수는 보지 않는다."},
		"aws configure get region"},
	{"configure", "list", "aws configure list [--profile <name>]",
		{"Shows which profile, keys and Region are in force, and where each comes from.",
			"지금 쓰이는 프로필, 키, 리전과 각각의 출처를 보여 준다."},
		"aws configure list"},
	{"configure", "list-profiles", "aws configure list-profiles",
		{"Lists the profiles of both files.", "두 파일에 있는 프로필을 나열한다."},
		"aws configure list-profiles"},
	{"coverage", NULL, "aws coverage [--json]",
		{"Lists which operations are simulated, by family, and which are known by name only.",
			"시뮬레이션되는 작업과 이름만 알려진 작업을 종류별로 나열한다."},
		"aws coverage --json"},
};

static const struct own_page *own_page(const char *command, const char *subcommand)
{
	for (size_t i = 0; i < ARRAY_LEN(own_pages); i++) {
		const struct own_page *p = &own_pages[i];

		if (!strcmp(p->command, command) && !p->subcommand == !subcommand &&
			(!subcommand || !strcmp(p->subcommand, subcommand)))
			return p;
	}
	return NULL;
}

static void own(const struct help *h, const struct own_page *p)
{
	help_name(h, p->subcommand ? p->subcommand : p->command, "");
	help_section(h, "DESCRIPTION");
	help_text(h, 0, help_in(h, p->what));
	help_section(h, "SYNOPSIS");
	help_text(h, 0, p->synopsis);
	help_global_options(h);
	help_section(h, "EXAMPLES");
	help_command(h, 0, p->example);
}

/* --- dispatch ------------------------------------------------------------------------------- */

static int usable_columns(const struct cli *c)
{
	if (c->columns <= 0)
		return USUAL_COLUMNS;
	return c->columns < FEWEST_COLUMNS ? FEWEST_COLUMNS : c->columns;
}

bool cli_help(struct invocation *inv)
{
	struct cli *c = inv->c;
	struct help h = {&c->out, usable_columns(c), c->language && !strncmp(c->language, "ko", 2)};
	const struct own_page *page;

	c->page = true;
	if (!inv->command)
		top(&h);
	else if (inv->waiter)
		help_waiter(&h, inv->waiter);
	else if (inv->op)
		help_operation(&h, inv->op);
	else if (inv->service && inv->subcommand && !strcmp(inv->subcommand, "wait"))
		waiters(&h, inv->service);
	else if (inv->service)
		service(&h, inv->service);
	else if ((page = own_page(inv->command, inv->subcommand)))
		own(&h, page);
	else
		return fail_general(inv,
			_("There is no help for 'aws %s%s%s' here: it is not simulated."),
			inv->command, inv->subcommand ? " " : "",
			inv->subcommand ? inv->subcommand : "");
	return true;
}
