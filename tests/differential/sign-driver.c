/*
 * sign-driver.c - signs what it is told, for diff_sign.py: a JSON document a line in (method, path,
 * query, headers, body, time, region, service, key, secret; or an Authorization or a query to take
 * apart), a line of JSON out.
 */
#include "base/codec.h"
#include "base/json.h"
#include "base/mem.h"
#include "wire/sign.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text(const json_t *in, const char *name)
{
	return json_string_value(json_object_get(in, name));
}

static struct sign_header *headers_of(const json_t *in, size_t *n)
{
	const json_t *list = json_object_get(in, "headers"), *one;
	struct sign_header *out;
	size_t i;

	*n = json_array_size(list);
	out = xcalloc(*n + 1, sizeof *out);
	json_array_foreach(list, i, one)
	{
		out[i].name = json_string_value(json_array_get(one, 0));
		out[i].value = json_string_value(json_array_get(one, 1));
	}
	return out;
}

static void body_hash(const json_t *in, struct buf *out)
{
	const json_t *body = json_object_get(in, "body");
	uint8_t hash[SHA256_BYTES];

	codec_sha256(json_string_value(body), json_string_length(body), hash);
	codec_hex(out, hash, sizeof hash);
}

static json_t *sign(const json_t *in)
{
	struct buf hash = BUF_INIT, header = BUF_INIT, signature = BUF_INIT;
	struct sign_request r = {text(in, "method"), text(in, "path"), text(in, "query"), NULL, 0,
		NULL, text(in, "time"), text(in, "region"), text(in, "service")};
	struct sign_header *headers = headers_of(in, &r.n_headers);
	json_t *out;

	body_hash(in, &hash);
	r.headers = headers;
	r.body_hash = text(in, "hash") ? text(in, "hash") : hash.s;
	sign_authorization(&r, text(in, "key"), text(in, "secret"), &header);
	sign_signature(&r, text(in, "secret"), &signature);
	out = json_pack("{s:s, s:s}", "authorization", header.s, "signature", signature.s);
	free(headers);
	buf_release(&hash);
	buf_release(&header);
	buf_release(&signature);
	return out;
}

static json_t *claim(const json_t *in)
{
	struct sign_claim c = SIGN_CLAIM_INIT;
	bool fine = sign_claim_read(text(in, "authorization"), text(in, "query"), &c);
	json_t *out = json_pack("{s:b, s:b, s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i}",
		"fine", fine, "present", c.present, "presigned", c.presigned, "key", c.key.s,
		"date", c.date.s, "region", c.region.s, "service", c.service.s, "headers",
		c.headers.s, "signature", c.signature.s, "time", c.time.s, "token", c.token.s,
		"expires", (int)c.expires);

	sign_claim_release(&c);
	return out;
}

int main(void)
{
	char *line = NULL;
	size_t cap = 0;

	while (getline(&line, &cap, stdin) > 0) {
		json_t *in = json_loads(line, 0, NULL), *out;
		char *shown;

		if (!in)
			return 2;
		out = json_is_string(json_object_get(in, "method")) ? sign(in) : claim(in);
		shown = json_text(out, JSON_COMPACT);
		puts(shown);
		fflush(stdout);
		free(shown);
		json_decref(out);
		json_decref(in);
	}
	free(line);
	return 0;
}
