// Package pgtest gives tests a PostgreSQL of their own: a private server on a
// unix socket in a temporary folder, made on first use and gone with the test
// program, however that ends; or the server that the environment variable
// TEST_POSTGRES_DSN names.
//
// Each test gets a database of its own, copied from one template per package. A
// test on a machine without PostgreSQL ends through package testskip.
package pgtest
