/* exchange.c - one HTTP request over libcurl, and its end in botocore's words; see exchange.h. */
#include "client/exchange.h"

#include "base/mem.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { ANSWER_MOST = 256 * 1024 * 1024 };

/* --- URLs ----------------------------------------------------------------------------------- */

/* Without a user, and without the port that the scheme has anyway. */
static void add_host(struct buf *out, const char *scheme, const char *place, size_t n)
{
	const char *at = memrchr(place, '@', n);
	bool tls = strcmp(scheme, "https") == 0;
	const char *usual = tls ? ":443" : ":80";
	size_t length = strlen(usual);

	if (at) {
		n -= (size_t)(at + 1 - place);
		place = at + 1;
	}
	if (n > length && memcmp(place + n - length, usual, length) == 0)
		n -= length;
	buf_add(out, place, n);
}

/* As botocore joins them: "/" adds nothing to the endpoint's own path. */
static void add_path(struct buf *out, const char *own, size_t n, const char *path)
{
	bool nothing = strcmp(path, "/") == 0 || !*path;

	if (nothing || !(n == 1 && *own == '/'))
		buf_add(out, own, n);
	if (!nothing)
		buf_adds(out, path);
	if (!out->len)
		buf_addc(out, '/');
}

void client_url_make(
	struct client_url *u, const char *endpoint, const char *path, const char *query)
{
	const char *place = strstr(endpoint, "://"), *own, *rest;
	struct buf scheme = BUF_INIT;

	buf_add(&scheme, endpoint, place ? (size_t)(place - endpoint) : 0);
	for (size_t i = 0; i < scheme.len; i++)
		scheme.s[i] = (char)tolower((unsigned char)scheme.s[i]);
	place = place ? place + 3 : endpoint;
	own = place + strcspn(place, "/?#");
	rest = own + strcspn(own, "?#");
	add_host(&u->host, scheme.s, place, (size_t)(own - place));
	add_path(&u->path, own, (size_t)(rest - own), path);
	if (*rest == '?')
		buf_add(&u->query, rest + 1, strcspn(rest + 1, "#"));
	if (*query)
		buf_addf(&u->query, "%s%s", u->query.len ? "&" : "", query);
	buf_addf(&u->whole, "%s://%.*s%s", scheme.s, (int)(own - place), place, u->path.s);
	if (u->query.len)
		buf_addf(&u->whole, "?%s", u->query.s);
	buf_release(&scheme);
}

void client_url_release(struct client_url *u)
{
	buf_release(&u->whole);
	buf_release(&u->host);
	buf_release(&u->path);
	buf_release(&u->query);
}

bool client_url_is_aws(const struct client_url *u)
{
	/* "dnsSuffix" of the partitions in botocore's partitions.json, of old and of dual stack */
	static const char *const suffixes[] = {"amazonaws.com", "api.aws", "amazonaws.com.cn",
		"api.amazonwebservices.com.cn", "amazonaws.eu", "api.amazonwebservices.eu",
		"c2s.ic.gov", "api.aws.ic.gov", "sc2s.sgov.gov", "api.aws.scloud", "adc-e.uk",
		"csp.hci.ic.gov", "api.aws.hci.ic.gov"};
	const char *host = u->host.s;
	size_t n = strcspn(host, ":"), m;

	while (n && host[n - 1] == '.')
		n--;
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		m = strlen(suffixes[i]);
		if (n >= m && strncasecmp(host + n - m, suffixes[i], m) == 0 &&
			(n == m || host[n - m - 1] == '.'))
			return true;
	}
	return false;
}

void exchange_release(struct exchange *x)
{
	buf_release(&x->answer);
	buf_release(&x->error_type);
	buf_release(&x->failure);
}

/* --- what comes ------------------------------------------------------------------------------- */

static size_t take_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct exchange *x = ctx;

	if (n * size > ANSWER_MOST - x->answer.len)
		return 0;
	buf_add(&x->answer, bytes, n * size);
	return n * size;
}

/* The value of a header line if it is the one asked for: its beginning, and its length. */
static const char *value_of(const char *line, size_t n, const char *name, size_t *length)
{
	size_t m = strlen(name);

	if (n <= m || line[m] != ':' || strncasecmp(line, name, m) != 0)
		return NULL;
	for (m++; m < n && isspace((unsigned char)line[m]); m++)
		;
	while (n > m && isspace((unsigned char)line[n - 1]))
		n--;
	*length = n - m;
	return line + m;
}

static size_t take_header(char *line, size_t size, size_t n, void *ctx)
{
	static const char virtual[] = "virtual";
	struct exchange *x = ctx;
	const char *value;
	size_t length;

	n *= size;
	if (n > 5 && strncmp(line, "HTTP/", 5) == 0) { /* another begins: after a 100, say */
		buf_clear(&x->error_type);
		x->virtual_time = false;
	}
	value = value_of(line, n, "x-amzn-errortype", &length);
	if (value)
		buf_add(&x->error_type, value, length);
	value = value_of(line, n, "x-amidojo-clock", &length);
	if (value)
		x->virtual_time = length == strlen(virtual) && !memcmp(value, virtual, length);
	return n;
}

/* --- what goes ------------------------------------------------------------------------------ */

static void set_transport(const struct curl *curl, CURL *easy, const struct client_identity *who)
{
	curl->easy_set(easy, CURLOPT_NOSIGNAL, 1L);
	curl->easy_set(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl->easy_set(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	/* 0 would be curl's own limit of five minutes */
	curl->easy_set(easy, CURLOPT_CONNECTTIMEOUT,
		who->connect_timeout > 0 ? (long)who->connect_timeout : 1000000L);
	curl->easy_set(easy, CURLOPT_SSL_VERIFYPEER, who->insecure ? 0L : 1L);
	curl->easy_set(easy, CURLOPT_SSL_VERIFYHOST, who->insecure ? 0L : 2L);
	if (who->ca_bundle)
		curl->easy_set(easy, CURLOPT_CAINFO, who->ca_bundle);
#if LIBCURL_VERSION_NUM >= 0x075500
	if (curl->easy_set(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK)
		return;
#endif
	curl->easy_set(easy, (CURLoption)181 /* CURLOPT_PROTOCOLS, of older ones */,
		(long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
}

/* --- how long nothing may happen ----------------------------------------------------------------
 */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int on_connected(void *ctx, char *remote, char *local, int remote_port, int local_port)
{
	struct exchange *x = ctx;

	(void)remote, (void)local, (void)remote_port, (void)local_port;
	x->connected = true;
	x->moved = now_ms();
	return CURL_PREREQFUNC_OK;
}

/* curl calls it whenever something moves, and about once a second: not 0 ends the transfer. */
static int on_progress(
	void *ctx, curl_off_t all_down, curl_off_t down, curl_off_t all_up, curl_off_t up)
{
	struct exchange *x = ctx;

	(void)all_down, (void)all_up;
	if (down + up != x->bytes)
		x->moved = now_ms();
	x->bytes = down + up;
	return x->connected && x->patience > 0 && now_ms() - x->moved >= x->patience;
}

static void set_patience(const struct curl *curl, CURL *easy, struct exchange *x)
{
	if (curl->easy_set(easy, CURLOPT_PREREQFUNCTION, on_connected) != CURLE_OK)
		x->connected = true; /* an older libcurl */
	curl->easy_set(easy, CURLOPT_PREREQDATA, x);
	x->moved = now_ms();
	curl->easy_set(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl->easy_set(easy, CURLOPT_XFERINFODATA, x);
	curl->easy_set(easy, CURLOPT_NOPROGRESS, 0L);
}

static void set_request(const struct curl *curl, CURL *easy, struct exchange *x)
{
	bool post = strcmp(x->method, "POST") == 0;

	curl->easy_set(easy, CURLOPT_URL, x->url->whole.s);
	curl->easy_set(easy, CURLOPT_PATH_AS_IS, 1L);
	curl->easy_set(easy, CURLOPT_HTTPHEADER, x->headers);
	if (x->body || post) {
		curl->easy_set(easy, CURLOPT_POST, 1L);
		curl->easy_set(easy, CURLOPT_POSTFIELDS, x->body ? x->body->s : "");
		curl->easy_set(easy, CURLOPT_POSTFIELDSIZE_LARGE,
			(curl_off_t)(x->body ? x->body->len : 0));
	}
	curl->easy_set(easy, CURLOPT_CUSTOMREQUEST, x->method);
	curl->easy_set(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl->easy_set(easy, CURLOPT_WRITEDATA, x);
	curl->easy_set(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl->easy_set(easy, CURLOPT_HEADERDATA, x);
}

/* --- how it failed ---------------------------------------------------------------------------- */

static void add_scheme(struct buf *out, const char *url)
{
	buf_add(out, url, strcspn(url, ":"));
}

/* Python and its urllib3 say the same of these with one word of their own. */
static void tell_failure(CURLcode code, const char *detail, struct exchange *x)
{
	struct buf *f = &x->failure;
	const char *url = x->url->whole.s;

	switch ((int)code) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
		buf_addf(f, "Could not connect to the endpoint URL: \"%s\"", url);
		return;
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_ABORTED_BY_CALLBACK:
		buf_addf(f, "%s timeout on endpoint URL: \"%s\"", x->connected ? "Read" : "Connect",
			url);
		return;
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_PARTIAL_FILE:
	case CURLE_WEIRD_SERVER_REPLY:
		buf_addf(f,
			"Connection was closed before we received a valid response from endpoint "
			"URL: \"%s\".",
			url);
		return;
	case CURLE_UNSUPPORTED_PROTOCOL: /* a scheme, or an answer that is no HTTP/1 */
		if (strncmp(url, "http", 4) == 0) {
			tell_failure(CURLE_GOT_NOTHING, detail, x);
			return;
		}
		buf_adds(f, "An HTTP Client raised an unhandled exception: Not supported URL "
			    "scheme ");
		add_scheme(f, url);
		return;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		buf_addf(f, "SSL validation failed for %s %s", url, detail);
		return;
	default:
		buf_addf(f, "An HTTP Client raised an unhandled exception: %s", detail);
	}
}

void exchange_send(
	const struct curl *curl, CURL *easy, const struct client_identity *who, struct exchange *x)
{
	char detail[CURL_ERROR_SIZE] = "";
	CURLcode code;
	long status = 0;

	curl->easy_reset(easy); /* connections are kept */
	set_transport(curl, easy, who);
	set_request(curl, easy, x);
	x->patience = (int64_t)who->read_timeout * 1000;
	set_patience(curl, easy, x);
	curl->easy_set(easy, CURLOPT_ERRORBUFFER, detail);
	code = curl->easy_perform(easy);
	if (code == CURLE_OK) {
		curl->easy_get(easy, CURLINFO_RESPONSE_CODE, &status);
		x->status = (int)status;
	} else {
		tell_failure(code, *detail ? detail : curl->easy_strerror(code), x);
	}
	curl->easy_set(easy, CURLOPT_ERRORBUFFER, NULL);
}
