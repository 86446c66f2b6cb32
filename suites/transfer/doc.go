// Package transfer judges leaders that hand over to a replica of somebody's choice
// (Ongaro's thesis, section 3.10): that one leads soon, if it can, and if it cannot the
// leader serves again; no command that was taken is lost or done twice.
package transfer
