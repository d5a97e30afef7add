/* formats.c - the keys of every content format; the authority behind content/schema. */
#include "base/intl.h"
#include "base/mem.h"
#include "content/shape.h"

#define REQ              FIELD_REQUIRED
#define FULL             (FIELD_REQUIRED | FIELD_NOT_EMPTY)
#define AT(type, member) offsetof(struct type, member)

/* The short way to write a field of each kind. */
#define CHOICE(k, flags_, type, member, choices_)                                                  \
	{                                                                                          \
		.key = k, .kind = FIELD_CHOICE, .flags = flags_, .offset = AT(type, member),       \
		.choices = choices_                                                                \
	}
#define SIMPLE(k, kind_, flags_, type, member)                                                     \
	{                                                                                          \
		.key = k, .kind = kind_, .flags = flags_, .offset = AT(type, member)               \
	}
#define NUMBER(k, flags_, type, member, lo, hi)                                                    \
	{                                                                                          \
		.key = k, .kind = FIELD_NUMBER, .flags = flags_, .offset = AT(type, member),       \
		.min = lo, .max = hi                                                               \
	}
#define STRUCTS(k, flags_, type, member, shape_)                                                   \
	{                                                                                          \
		.key = k, .kind = FIELD_LIST, .flags = flags_, .offset = AT(type, member),         \
		.shape = &shape_, .size = sizeof(*((struct type *)0)->member)                      \
	}
#define ONE(k, flags_, type, member, shape_)                                                       \
	{                                                                                          \
		.key = k, .kind = FIELD_STRUCT, .flags = flags_, .offset = AT(type, member),       \
		.shape = &shape_                                                                   \
	}
#define VALUES(k, kind_, flags_, type, member, of_)                                                \
	{                                                                                          \
		.key = k, .kind = kind_, .flags = flags_, .offset = AT(type, member), .of = of_,   \
		.size = sizeof(*((struct type *)0)->member)                                        \
	}
#define END                                                                                        \
	{                                                                                          \
		.key = NULL                                                                        \
	}

/* Elements of lists that are not mappings. */
static const struct field an_id[] = {{.key = "id", .kind = FIELD_ID}};
static const struct field a_word[] = {{.key = "value", .kind = FIELD_WORD}};
static const struct field a_url[] = {{.key = "url", .kind = FIELD_URL}};
static const struct field a_text[] = {{.key = "text", .kind = FIELD_TEXT}};
static const struct field a_domain[] = {
	{.key = "domain", .kind = FIELD_NUMBER, .min = 1, .max = 20}};
static const struct field a_score[] = {
	{.key = "score", .kind = FIELD_NUMBER, .min = 0, .max = 100000}};

static const struct field exam_pair[] = {
	{.key = "exam", .kind = FIELD_ID, .offset = AT(exam_ref, exam)},
	{.key = "domains",
		.kind = FIELD_LIST_OR_ONE,
		.flags = FIELD_NOT_EMPTY,
		.offset = AT(exam_ref, domains),
		.of = a_domain,
		.size = sizeof(struct number)},
};
static const struct field assignment_pair[] = {
	{.key = "name", .kind = FIELD_ID, .offset = AT(assignment, name)},
	{.key = "path", .kind = FIELD_WORD, .offset = AT(assignment, path)},
};
static const struct field variation_pair[] = {
	{.key = "name", .kind = FIELD_ID, .offset = AT(variation, name)},
	{.key = "values",
		.kind = FIELD_LIST,
		.flags = FIELD_NOT_EMPTY,
		.offset = AT(variation, values),
		.of = a_word,
		.size = sizeof(struct word)},
};
static const struct field profile_pair[] = {
	{.key = "profile", .kind = FIELD_ID, .offset = AT(profile, name)},
	{.key = "account", .kind = FIELD_ID, .offset = AT(profile, account)},
};

static const struct field source_fields[] = {
	SIMPLE("url", FIELD_URL, REQ, source, url),
	SIMPLE("read", FIELD_DATE, REQ, source, read),
	END,
};
static const struct shape source_shape = {N_("a source"), sizeof(struct source), source_fields};

static const struct field step_fields[] = {
	SIMPLE("run", FIELD_WORD, REQ, step, run),
	SIMPLE("expect", FIELD_ANY, 0, step, expect),
	SIMPLE("fault", FIELD_ID, 0, step, fault),
	VALUES("set", FIELD_PAIRS, FIELD_NOT_EMPTY, step, set, assignment_pair),
	SIMPLE("means", FIELD_TEXT, 0, step, means),
	END,
};
static const struct shape step_shape = {N_("a step"), sizeof(struct step), step_fields};

static const struct field note_proof_fields[] = {
	SIMPLE("id", FIELD_ID, REQ, proof, id),
	SIMPLE("world", FIELD_ID, REQ, proof, world),
	STRUCTS("steps", FULL, proof, steps, step_shape),
	END,
};
static const struct shape note_proof_shape = {
	N_("a proof"), sizeof(struct proof), note_proof_fields};
static const struct field proof_fields[] = {
	SIMPLE("world", FIELD_ID, REQ, proof, world),
	STRUCTS("steps", FULL, proof, steps, step_shape),
	END,
};
static const struct shape proof_shape = {N_("a proof"), sizeof(struct proof), proof_fields};

static const struct field cue_fields[] = {
	SIMPLE("id", FIELD_ID, REQ, cue, id),
	SIMPLE("ask", FIELD_TEXT, REQ, cue, ask),
	SIMPLE("answer", FIELD_TEXT, REQ, cue, answer),
	SIMPLE("proof", FIELD_ID, 0, cue, proof),
	END,
};
static const struct shape cue_shape = {N_("a cue"), sizeof(struct cue), cue_fields};

static const struct field erratum_fields[] = {
	SIMPLE("says", FIELD_TEXT, REQ, erratum, says),
	SIMPLE("is", FIELD_TEXT, REQ, erratum, is),
	SIMPLE("source", FIELD_URL, REQ, erratum, source),
	END,
};
static const struct shape erratum_shape = {
	N_("an erratum"), sizeof(struct erratum), erratum_fields};

static const struct field note_fields[] = {
	SIMPLE("note", FIELD_ID, REQ, note, id),
	SIMPLE("title", FIELD_TEXT, REQ, note, title),
	SIMPLE("topic", FIELD_ID, REQ, note, topic),
	VALUES("exams", FIELD_PAIRS, FIELD_NOT_EMPTY, note, exams, exam_pair),
	VALUES("facts", FIELD_LIST, 0, note, facts, an_id),
	STRUCTS("sources", FULL, note, sources, source_shape),
	STRUCTS("cues", FULL, note, cues, cue_shape),
	SIMPLE("body", FIELD_TEXT, REQ, note, body),
	SIMPLE("summary", FIELD_TEXT, REQ, note, summary),
	STRUCTS("errata", 0, note, errata, erratum_shape),
	STRUCTS("proofs", 0, note, proofs, note_proof_shape),
	END,
};

static const struct field option_fields[] = {
	SIMPLE("right", FIELD_TEXT, 0, option, right),
	SIMPLE("wrong", FIELD_TEXT, 0, option, wrong),
	SIMPLE("why", FIELD_TEXT, REQ, option, why),
	END,
};
static const struct shape option_shape = {N_("an option"), sizeof(struct option), option_fields};

static const char *const levels[] = {
	"remember", "understand", "apply", "analyze", "evaluate", NULL};

static const struct field question_fields[] = {
	SIMPLE("id", FIELD_ID, REQ, question, id),
	VALUES("exams", FIELD_PAIRS, FULL, question, exams, exam_pair),
	{.key = "level",
		.kind = FIELD_CHOICE,
		.flags = REQ,
		.offset = AT(question, level),
		.choices = levels},
	VALUES("facts", FIELD_LIST, 0, question, facts, an_id),
	SIMPLE("ask", FIELD_TEXT, REQ, question, ask),
	STRUCTS("options", FULL, question, options, option_shape),
	STRUCTS("sources", FULL, question, sources, source_shape),
	SIMPLE("note", FIELD_ID, 0, question, note),
	SIMPLE("lab", FIELD_ID, 0, question, lab),
	ONE("proof", 0, question, proof, proof_shape),
	END,
};
static const struct shape question_shape = {
	N_("a question"), sizeof(struct question), question_fields};

static const struct field bank_fields[] = {
	SIMPLE("bank", FIELD_ID, REQ, bank, id),
	SIMPLE("title", FIELD_TEXT, REQ, bank, title),
	STRUCTS("questions", FULL, bank, questions, question_shape),
	END,
};

static const struct field task_fields[] = {
	SIMPLE("id", FIELD_ID, REQ, task, id),
	SIMPLE("do", FIELD_TEXT, REQ, task, act),
	VALUES("hints", FIELD_LIST, 0, task, hints, a_text),
	STRUCTS("check", FULL, task, check, step_shape),
	VALUES("solution", FIELD_LIST, FULL, task, solution, a_word),
	SIMPLE("why", FIELD_TEXT, REQ, task, why),
	END,
};
static const struct shape task_shape = {N_("a task"), sizeof(struct task), task_fields};

static const struct field lab_fields[] = {
	SIMPLE("lab", FIELD_ID, REQ, lab, id),
	SIMPLE("title", FIELD_TEXT, REQ, lab, title),
	SIMPLE("about", FIELD_TEXT, REQ, lab, about),
	SIMPLE("world", FIELD_ID, REQ, lab, world),
	VALUES("vary", FIELD_PAIRS, FIELD_NOT_EMPTY, lab, vary, variation_pair),
	STRUCTS("setup", FIELD_NOT_EMPTY, lab, setup, step_shape),
	VALUES("exams", FIELD_PAIRS, FIELD_NOT_EMPTY, lab, exams, exam_pair),
	NUMBER("minutes", REQ, lab, minutes, 1, 600),
	VALUES("notes", FIELD_LIST, FIELD_NOT_EMPTY, lab, notes, an_id),
	STRUCTS("tasks", FULL, lab, tasks, task_shape),
	END,
};

static const struct field world_fields[] = {
	SIMPLE("world", FIELD_ID, REQ, world, id),
	VALUES("profiles", FIELD_PAIRS, 0, world, profiles, profile_pair),
	SIMPLE("region", FIELD_ID, 0, world, region),
	STRUCTS("setup", 0, world, setup, step_shape),
	END,
};

static const struct field domain_fields[] = {
	NUMBER("id", REQ, domain, id, 1, 20),
	NUMBER("weight", REQ, domain, weight, 1, 100),
	SIMPLE("title", FIELD_TEXT, REQ, domain, title),
	END,
};
static const struct shape domain_shape = {N_("a domain"), sizeof(struct domain), domain_fields};

static const struct field exam_alias_fields[] = {
	SIMPLE("id", FIELD_ID, REQ, exam_alias, id),
	SIMPLE("ended", FIELD_DATE, REQ, exam_alias, ended),
	SIMPLE("text", FIELD_TEXT, REQ, exam_alias, text),
	END,
};
static const struct shape exam_alias_shape = {
	N_("an alias"), sizeof(struct exam_alias), exam_alias_fields};

static const struct field exam_fields[] = {
	SIMPLE("exam", FIELD_ID, REQ, exam, id),
	SIMPLE("title", FIELD_TEXT, REQ, exam, title),
	NUMBER("minutes", REQ, exam, minutes, 1, 600),
	NUMBER("accommodation_minutes", 0, exam, accommodation_minutes, 1, 900),
	NUMBER("scored", REQ, exam, scored, 1, 500),
	NUMBER("unscored", REQ, exam, unscored, 0, 500),
	NUMBER("pass", REQ, exam, pass, 0, 100000),
	VALUES("scale", FIELD_LIST, FULL, exam, scale, a_score),
	VALUES("types", FIELD_LIST, FULL, exam, types, an_id),
	STRUCTS("domains", FULL, exam, domains, domain_shape),
	ONE("guide", REQ, exam, guide, source_shape),
	STRUCTS("aliases", FIELD_NOT_EMPTY, exam, aliases, exam_alias_shape),
	END,
};

static const struct field topic_fields[] = {
	SIMPLE("id", FIELD_ID, REQ, topic, id),
	SIMPLE("title", FIELD_TEXT, REQ, topic, title),
	SIMPLE("ladder", FIELD_WORD, 0, topic, ladder),
	VALUES("notes", FIELD_LIST, 0, topic, notes, an_id),
	END,
};
static const struct shape topic_shape = {N_("a topic"), sizeof(struct topic), topic_fields};
static const struct field topics_fields[] = {
	STRUCTS("topics", FULL, topics, items, topic_shape),
	END,
};

static const struct field fact_fields[] = {
	SIMPLE("id", FIELD_ID, REQ, fact, id),
	SIMPLE("about", FIELD_WORD, REQ, fact, about),
	VALUES("sources", FIELD_LIST, FIELD_NOT_EMPTY, fact, sources, a_url),
	END,
};
static const struct shape fact_shape = {N_("a fact"), sizeof(struct fact), fact_fields};
static const struct field facts_fields[] = {
	SIMPLE("read", FIELD_DATE, REQ, facts, read),
	STRUCTS("facts", FULL, facts, items, fact_shape),
	END,
};

static const struct field fault_fields[] = {
	SIMPLE("code", FIELD_ID, REQ, fault_entry, code),
	SIMPLE("when", FIELD_WORD, 0, fault_entry, when),
	SIMPLE("why", FIELD_TEXT, REQ, fault_entry, why),
	SIMPLE("fix", FIELD_TEXT, REQ, fault_entry, fix),
	SIMPLE("note", FIELD_ID, 0, fault_entry, note),
	VALUES("facts", FIELD_LIST, FIELD_NOT_EMPTY, fault_entry, facts, an_id),
	END,
};
static const struct shape fault_shape = {N_("a fault"), sizeof(struct fault_entry), fault_fields};
static const struct field faults_fields[] = {
	STRUCTS("faults", FULL, faults, items, fault_shape),
	END,
};

static const struct field price_fields[] = {
	SIMPLE("id", FIELD_ID, REQ, price, id),
	SIMPLE("unit", FIELD_ID, REQ, price, unit),
	SIMPLE("usd", FIELD_WORD, REQ, price, usd),
	SIMPLE("about", FIELD_TEXT, REQ, price, about),
	SIMPLE("source", FIELD_URL, REQ, price, source),
	END,
};
static const struct shape price_shape = {N_("a price"), sizeof(struct price), price_fields};
static const struct field prices_fields[] = {
	SIMPLE("region", FIELD_ID, REQ, prices, region),
	SIMPLE("read", FIELD_DATE, REQ, prices, read),
	STRUCTS("prices", FULL, prices, items, price_shape),
	END,
};

/* ---- files of an endpoint ---- */

static const char *const yes_or_no[] = {"true", "false", NULL};

static const struct field access_key_fields[] = {
	SIMPLE("account", FIELD_WORD, REQ, access_key, account),
	SIMPLE("name", FIELD_ID, REQ, access_key, name),
	SIMPLE("access_key_id", FIELD_WORD, REQ, access_key, key),
	SIMPLE("secret_access_key", FIELD_WORD, REQ, access_key, secret),
	CHOICE("instructor", 0, access_key, instructor, yes_or_no),
	END,
};
static const struct shape access_key_shape = {
	N_("an access key"), sizeof(struct access_key), access_key_fields};
static const struct field access_keys_fields[] = {
	STRUCTS("accounts", FULL, access_keys, items, access_key_shape),
	END,
};
const struct shape access_keys_shape = {
	N_("a list of accounts"), sizeof(struct access_keys), access_keys_fields};

static const char *const volume_types[] = {
	"standard", "gp2", "gp3", "io1", "io2", "st1", "sc1", NULL};
static const char *const architectures[] = {
	"x86_64", "arm64", "i386", "x86_64_mac", "arm64_mac", NULL};
static const char *const platforms[] = {"linux", "windows", "rhel", "suse", NULL};
static const char *const root_types[] = {"ebs", "instance-store", NULL};
static const char *const virtualizations[] = {"hvm", "paravirtual", NULL};
static const char *const boot_modes[] = {"legacy-bios", "uefi", "uefi-preferred", NULL};
static const char *const imds_versions[] = {"v2.0", NULL};
static const char *const aliases[] = {"amazon", "aws-marketplace", NULL};

static const struct field image_mapping_fields[] = {
	SIMPLE("device", FIELD_WORD, REQ, image_mapping, device),
	SIMPLE("virtual", FIELD_ID, 0, image_mapping, disk),
	SIMPLE("snapshot", FIELD_ID, 0, image_mapping, snapshot),
	NUMBER("size", 0, image_mapping, size, 1, 65536),
	CHOICE("type", 0, image_mapping, type, volume_types),
	CHOICE("encrypted", 0, image_mapping, encrypted, yes_or_no),
	CHOICE("delete_on_termination", 0, image_mapping, delete_on_termination, yes_or_no),
	END,
};
static const struct shape image_mapping_shape = {
	N_("a mapping of an image"), sizeof(struct image_mapping), image_mapping_fields};

static const struct field catalogue_image_fields[] = {
	SIMPLE("id", FIELD_ID, REQ, catalogue_image, id),
	SIMPLE("name", FIELD_WORD, REQ, catalogue_image, name),
	SIMPLE("owner", FIELD_WORD, 0, catalogue_image, owner),
	CHOICE("alias", 0, catalogue_image, alias, aliases),
	{.key = "regions",
		.kind = FIELD_LIST_OR_ONE,
		.flags = FIELD_NOT_EMPTY,
		.offset = AT(catalogue_image, regions),
		.of = an_id,
		.size = sizeof(struct word)},
	SIMPLE("description", FIELD_WORD, 0, catalogue_image, description),
	SIMPLE("creation_date", FIELD_WORD, 0, catalogue_image, created),
	CHOICE("architecture", 0, catalogue_image, architecture, architectures),
	CHOICE("platform", 0, catalogue_image, platform, platforms),
	SIMPLE("root_device", FIELD_WORD, 0, catalogue_image, root_device),
	CHOICE("root_device_type", 0, catalogue_image, root_type, root_types),
	STRUCTS("mappings", FIELD_NOT_EMPTY, catalogue_image, mappings, image_mapping_shape),
	CHOICE("virtualization", 0, catalogue_image, virtualization, virtualizations),
	CHOICE("boot_mode", 0, catalogue_image, boot_mode, boot_modes),
	CHOICE("ena", 0, catalogue_image, ena, yes_or_no),
	CHOICE("imds_support", 0, catalogue_image, imds, imds_versions),
	CHOICE("public", 0, catalogue_image, is_public, yes_or_no),
	END,
};
static const struct shape catalogue_image_shape = {
	N_("an image"), sizeof(struct catalogue_image), catalogue_image_fields};
static const struct field catalogue_fields[] = {
	STRUCTS("images", FULL, catalogue_images, items, catalogue_image_shape),
	END,
};
const struct shape catalogue_shape = {
	N_("a catalogue of images"), sizeof(struct catalogue_images), catalogue_fields};

const struct shape document_shape[DOCS] = {
	[DOC_NOTE] = {N_("a note"), sizeof(struct note), note_fields},
	[DOC_BANK] = {N_("a bank"), sizeof(struct bank), bank_fields},
	[DOC_LAB] = {N_("a lab"), sizeof(struct lab), lab_fields},
	[DOC_WORLD] = {N_("a world"), sizeof(struct world), world_fields},
	[DOC_EXAM] = {N_("an exam"), sizeof(struct exam), exam_fields},
	[DOC_TOPICS] = {N_("a list of topics"), sizeof(struct topics), topics_fields},
	[DOC_FACTS] = {N_("a list of facts"), sizeof(struct facts), facts_fields},
	[DOC_FAULTS] = {N_("a list of faults"), sizeof(struct faults), faults_fields},
	[DOC_PRICES] = {N_("a list of prices"), sizeof(struct prices), prices_fields},
};

/* Looked for in this order: a lab also has a `world`, a question bank may have a `note`. */
const char *const document_key[DOCS] = {
	[DOC_NOTE] = "note",
	[DOC_BANK] = "bank",
	[DOC_LAB] = "lab",
	[DOC_WORLD] = "world",
	[DOC_EXAM] = "exam",
	[DOC_TOPICS] = "topics",
	[DOC_FACTS] = "facts",
	[DOC_FAULTS] = "faults",
	[DOC_PRICES] = "prices",
};
