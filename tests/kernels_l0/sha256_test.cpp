#include "kernels_l0/sha256.h"

#include <gtest/gtest.h>

namespace strata {
namespace {

// FIPS 180-2, appendix B.1.
TEST(Sha256, GivesTheStandardsDigestOfAbc) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, DoesNotDependOnThePieces) {
  Sha256 digest;
  digest.add("a");
  digest.add("bc");
  EXPECT_EQ(digest.hexadecimal(), sha256("abc"));
}

}  // namespace
}  // namespace strata
