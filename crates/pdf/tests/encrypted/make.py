"""Makes the documents of this folder (with pikepdf 10.18): one page, one word, protected in each of the usual ways."""
import io
import pikepdf


def document():
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(200, 60))
    font = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.Contents = made.make_stream(b"BT /F1 24 Tf 10 20 Td (Drepanocytes) Tj ET")
    made.docinfo["/Title"] = "Compte rendu"
    return made


PACKED, PLAIN = pikepdf.ObjectStreamMode.generate, pikepdf.ObjectStreamMode.disable
WAYS = {
    "rc4-40": (dict(R=2, aes=False, metadata=False), PLAIN),
    "rc4-128": (dict(R=3, aes=False, metadata=False), PLAIN),
    "rc4-128-packed": (dict(R=3, aes=False, metadata=False), PACKED),
    "aes-128": (dict(R=4, aes=True), PLAIN),
    "aes-128-packed": (dict(R=4, aes=True), PACKED),
    "aes-128-open-metadata": (dict(R=4, aes=True, metadata=False), PLAIN),
    "rc4-128-filters": (dict(R=4, aes=False, metadata=False), PLAIN),
    "aes-256-early": (dict(R=5, aes=True), PLAIN),
    "aes-256": (dict(R=6, aes=True), PLAIN),
    "aes-256-packed": (dict(R=6, aes=True), PACKED),
}
for name, (way, packing) in WAYS.items():
    for owner in ("", "proprietaire"):
        ending = "-owner" if owner else ""
        document().save(f"{name}{ending}.pdf", encryption=pikepdf.Encryption(owner=owner, user="", allow=pikepdf.Permissions(modify_other=False), **way), object_stream_mode=packing, deterministic_id=False)
for name in ("rc4-128", "aes-128", "aes-256"):
    way, packing = WAYS[name]
    document().save(f"locked-{name}.pdf", encryption=pikepdf.Encryption(owner="proprietaire", user="secret", **way), object_stream_mode=packing)
