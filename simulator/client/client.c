/* client.c - a call to an endpoint: signed, sent, read, and sent again; see client.h. */
#include "client/client.h"

#include "base/codec.h"
#include "base/intl.h"
#include "base/mem.h"
#include "client/exchange.h"
#include "wire/sign.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

struct client {
	struct curl curl;
	CURL *easy; /* NULL: nothing has been sent yet */
	/* an endpoint with a virtual clock, and who it was called as; NULL: none */
	char *clock, *key, *token;
};

struct client *client_new(void)
{
	return xcalloc(1, sizeof(struct client));
}

static void forget_clock(struct client *c)
{
	free(c->clock);
	free(c->key);
	free(c->token);
	c->clock = c->key = c->token = NULL;
}

void client_free(struct client *c)
{
	if (!c)
		return;
	if (c->easy)
		c->curl.easy_cleanup(c->easy);
	curl_close(&c->curl);
	forget_clock(c);
	free(c);
}

void client_reply_release(struct client_reply *r)
{
	json_decref(r->value);
	json_decref(r->more);
	free(r->code);
	free(r->text);
	free(r->failure);
	*r = (struct client_reply){0};
}

static bool begin(struct client *c, struct client_reply *reply)
{
	struct err e = {0};

	if (!curl_open(&c->curl, &e)) {
		reply->failure = xstrdup(e.text);
		return false;
	}
	if (!c->easy)
		c->easy = c->curl.easy_init();
	if (!c->easy)
		mem_exhausted(sizeof(struct client));
	return true;
}

/* --- random --------------------------------------------------------------------------------- */

static uint64_t random_bits(void)
{
	uint64_t bits;
	struct timespec now;

	if (getrandom(&bits, sizeof bits, 0) == sizeof bits)
		return bits;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_nsec * 0x9e3779b97f4a7c15u ^ (uint64_t)now.tv_sec;
}

void client_make_token(char out[CLIENT_TOKEN])
{
	uint64_t a = random_bits(), b = random_bits();

	snprintf(out, CLIENT_TOKEN, "%08x-%04x-4%03x-%x%03x-%012llx", (unsigned)(a >> 32),
		(unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff), (unsigned)(8 + (b >> 62)),
		(unsigned)(b >> 48 & 0xfff), (unsigned long long)(b & 0xffffffffffff));
}

/* --- headers -------------------------------------------------------------------------------- */

enum { MOST_HEADERS = 8, TIME_TEXT = 32 };

struct headers {
	struct sign_header all[MOST_HEADERS];
	size_t n;
	char time[TIME_TEXT];
	struct buf authorization;
};

static void add_header(struct headers *h, const char *name, const char *value)
{
	h->all[h->n++] = (struct sign_header){name, value};
}

static void sign(struct headers *h, const struct client_identity *who,
	const struct model_operation *op, const struct wire_sending *sending,
	const struct client_url *url)
{
	uint8_t hash[SHA256_BYTES];
	struct buf hex = BUF_INIT;
	struct sign_request r = {
		.method = sending->method,
		.path = url->path.s,
		.query = url->query.len ? url->query.s : NULL,
		.headers = h->all,
		.n_headers = h->n,
		.time = h->time,
		.region = who->region,
		.service = model_text(model_services[op->service].name),
	};

	codec_sha256(sending->body.s, sending->body.len, hash);
	codec_hex(&hex, hash, sizeof hash);
	r.body_hash = hex.s;
	sign_authorization(&r, who->key, who->secret ? who->secret : "", &h->authorization);
	buf_release(&hex);
}

/* Those that are signed, and the signature. */
static void make_headers(struct headers *h, const struct client_identity *who,
	const struct model_operation *op, const struct wire_sending *sending,
	const struct client_url *url)
{
	time_t now = time(NULL);
	struct tm tm;

	*h = (struct headers){.authorization = BUF_INIT};
	add_header(h, "Host", url->host.s);
	if (sending->type)
		add_header(h, "Content-Type", sending->type);
	if (sending->target.len)
		add_header(h, "X-Amz-Target", sending->target.s);
	if (!who->key)
		return;
	gmtime_r(&now, &tm);
	strftime(h->time, sizeof h->time, "%Y%m%dT%H%M%SZ", &tm);
	add_header(h, "X-Amz-Date", h->time);
	if (who->token)
		add_header(h, "X-Amz-Security-Token", who->token);
	sign(h, who, op, sending, url);
}

static struct curl_slist *add_line(
	const struct curl *curl, struct curl_slist *list, const char *name, const char *value)
{
	struct buf line = BUF_INIT;
	struct curl_slist *longer;

	buf_addf(&line, "%s: %s", name, value);
	for (size_t i = 0; i < line.len; i++) /* no value is more than one line */
		if (line.s[i] == '\r' || line.s[i] == '\n')
			line.s[i] = ' ';
	longer = curl->slist_append(list, line.s);
	if (!longer)
		mem_exhausted(line.len);
	buf_release(&line);
	return longer;
}

/* As curl takes them; a name with nothing behind it takes curl's own header away. */
static struct curl_slist *header_list(const struct curl *curl, const struct headers *h)
{
	struct curl_slist *list = NULL;

	for (size_t i = 0; i < h->n; i++)
		list = add_line(curl, list, h->all[i].name, h->all[i].value);
	if (h->authorization.len)
		list = add_line(curl, list, "Authorization", h->authorization.s);
	list = add_line(curl, list, "User-Agent", "amidojo");
	list = add_line(curl, list, "Accept-Encoding", "identity");
	list = curl->slist_append(list, "Accept:");
	list = curl->slist_append(list, "Expect:");
	return list;
}

/* --- one attempt ---------------------------------------------------------------------------- */

static void read_answer(
	const struct model_operation *op, const struct exchange *x, struct client_reply *reply)
{
	struct wire_answer a = WIRE_ANSWER_INIT;

	wire_answer_read(op, x->status, x->error_type.len ? x->error_type.s : NULL, x->answer.s,
		x->answer.len, &a);
	reply->status = x->status;
	reply->virtual_time = x->virtual_time;
	if (a.none.len) {
		reply->failure = buf_detach(&a.none);
	} else if (a.value) {
		reply->value = json_incref(a.value);
	} else {
		reply->code = buf_detach(&a.code);
		reply->text = buf_detach(&a.text);
		reply->more = json_incref(a.more);
	}
	wire_answer_release(&a);
}

/* False: no answer came, or one that another attempt may better. */
static bool attempt(struct client *c, const struct client_identity *who,
	const struct model_operation *op, const struct wire_sending *sending,
	const struct client_url *url, struct client_reply *reply)
{
	struct exchange x = EXCHANGE_INIT;
	struct headers h;
	bool came;

	make_headers(&h, who, op, sending, url);
	x.method = sending->method;
	x.url = url;
	x.headers = header_list(&c->curl, &h);
	x.body = sending->type ? &sending->body : NULL;
	exchange_send(&c->curl, c->easy, who, &x);
	c->curl.slist_free_all(x.headers);
	came = x.failure.len == 0;
	if (came)
		read_answer(op, &x, reply);
	else
		reply->failure = buf_detach(&x.failure);
	exchange_release(&x);
	buf_release(&h.authorization);
	return came && !(reply->code && client_is_transient(reply->status, reply->code));
}

/* --- attempts ------------------------------------------------------------------------------- */

/* Source: botocore, retries/standard.py. */
bool client_is_transient(int status, const char *code)
{
	static const char *const codes[] = {"RequestTimeout", "RequestTimeoutException",
		"PriorRequestNotComplete", "Throttling", "ThrottlingException",
		"ThrottledException", "RequestThrottledException", "TooManyRequestsException",
		"ProvisionedThroughputExceededException", "TransactionInProgressException",
		"RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException",
		"RequestThrottled", "SlowDown", "EC2ThrottledException"};

	if (status == 500 || status == 502 || status == 503 || status == 504)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

static bool really_sleep(int64_t ms)
{
	struct timespec span = {ms / 1000, ms % 1000 * 1000000};

	return ms <= 0 || nanosleep(&span, NULL) == 0;
}

/* Between the n-th attempt and the next: up to 2^(n-1) seconds, never more than 20. */
static bool back_off(int n)
{
	enum { MOST = 20000 };
	double share = (double)(random_bits() >> 11) / (double)(1ull << 53);
	double ms = share * 1000.0 * (double)(1ull << (n - 1 < 30 ? n - 1 : 30));

	return really_sleep(ms < MOST ? (int64_t)ms : MOST);
}

static void remember_clock(struct client *c, const struct client_identity *who, bool is_virtual)
{
	forget_clock(c);
	if (!is_virtual)
		return;
	c->clock = xstrdup(who->endpoint);
	c->key = who->key ? xstrdup(who->key) : NULL;
	c->token = who->token ? xstrdup(who->token) : NULL;
}

/* Whoever learns here calls no AWS, whatever the address and the keys. */
static void refuse_aws(const struct client_url *url, struct client_reply *reply)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "Could not connect to the endpoint URL: \"%s\"\n%s", url->whole.s,
		_("This is an address of AWS, and the simulator calls none. Leave the endpoint out, or name that of 'amidojo serve': http://127.0.0.1:4566."));
	reply->failure = buf_detach(&text);
}

void client_call(struct client *c, const struct client_identity *who,
	const struct model_operation *op, json_t *request, int attempts, struct client_reply *reply)
{
	struct wire_sending sending = WIRE_SENDING_INIT;
	struct client_url url = CLIENT_URL_INIT;
	bool aws;

	*reply = (struct client_reply){0};
	if (!begin(c, reply))
		return;
	wire_request_write(op, request, &sending);
	client_url_make(&url, who->endpoint, sending.path.s, sending.query.s);
	aws = client_url_is_aws(&url);
	if (aws)
		refuse_aws(&url, reply);
	for (int n = 1; !aws; n++) {
		client_reply_release(reply);
		reply->retries = n - 1;
		if (attempt(c, who, op, &sending, &url, reply) || n >= attempts || !back_off(n))
			break;
	}
	reply->gave_up = reply->retries + 1 >= attempts;
	if (reply->status)
		remember_clock(c, who, reply->virtual_time);
	client_url_release(&url);
	wire_sending_release(&sending);
}

/* --- time ----------------------------------------------------------------------------------- */

/* Asks an amidojo to let time pass in its world. */
static bool advance_clock(struct client *c, int64_t ms)
{
	const struct client_identity who = {
		.endpoint = c->clock, .connect_timeout = 60, .read_timeout = 60};
	struct client_url url = CLIENT_URL_INIT;
	struct exchange x = EXCHANGE_INIT;
	struct buf query = BUF_INIT;
	bool done;

	buf_addf(&query, "advance=%lldms", (long long)ms);
	if (c->key) { /* a world may be one key's alone */
		buf_adds(&query, "&key=");
		wire_encode(&query, c->key, strlen(c->key), NULL);
	}
	if (c->token) { /* that of the key which asked for the session */
		buf_adds(&query, "&token=");
		wire_encode(&query, c->token, strlen(c->token), NULL);
	}
	client_url_make(&url, c->clock, "/_amidojo/clock", query.s);
	x.method = "POST";
	x.url = &url;
	x.headers = add_line(&c->curl, NULL, "Host", url.host.s);
	exchange_send(&c->curl, c->easy, &who, &x);
	c->curl.slist_free_all(x.headers);
	done = x.status == 200;
	exchange_release(&x);
	client_url_release(&url);
	buf_release(&query);
	return done;
}

bool client_sleep(struct client *c, int64_t ms)
{
	return (c->clock && advance_clock(c, ms)) || really_sleep(ms);
}
