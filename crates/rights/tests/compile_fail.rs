//! What must not compile: each file under `compile_fail/` is one way to get at something without its proof, and the
//! `.stderr` beside it is what the compiler answers. `TRYBUILD=overwrite` writes the answers anew after a change of
//! compiler; read them before keeping them.

#[test]
fn proofs_cannot_be_forged() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
