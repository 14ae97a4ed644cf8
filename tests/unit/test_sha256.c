// SPDX-License-Identifier: Apache-2.0
// sources: hv/sha256.c
/* SHA-256 against FIPS 180-4's own examples, and against itself in pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "hv/bits.h"
#include "hv/sha256.h"

static void digest_of(const void *data, size_t size, uint8_t digest[SHA256_SIZE])
{
	struct sha256 hash;

	sha256_init(&hash);
	sha256_update(&hash, data, size);
	sha256_final(&hash, digest);
}

static void assert_digest(const void *data, size_t size, const char *hex)
{
	uint8_t digest[SHA256_SIZE];
	char text[2 * SHA256_SIZE + 1];

	digest_of(data, size, digest);
	for (unsigned int i = 0; i < SHA256_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(text, hex);
}

static void known_digests(void **state)
{
	static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	char *million = malloc(1000000);

	(void)state;
	assert_digest("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_digest("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_digest(two, strlen(two),
		      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	memset(million, 'a', 1000000);
	assert_digest(million, 1000000,
		      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(million);
}

/* Every length around a block's end, cut at every place, gives what the whole gives. */
static void pieces_are_the_whole(void **state)
{
	uint8_t data[200], whole[SHA256_SIZE], pieces[SHA256_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7 + 1);
	for (size_t size = 50; size <= sizeof(data); size++) {
		digest_of(data, size, whole);
		for (size_t cut = 0; cut <= size; cut++) {
			struct sha256 hash;

			sha256_init(&hash);
			sha256_update(&hash, data, cut);
			sha256_update(&hash, data + cut, size - cut);
			sha256_final(&hash, pieces);
			assert_memory_equal(pieces, whole, SHA256_SIZE);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_digests),
		cmocka_unit_test(pieces_are_the_whole),
	};

	return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}
