# 保管庫のセキュリティキー: 差し込みと、鍵が尋ねること。

key-plugged-in = このPCはいまセキュリティキーです。Ctrl-C で抜けます。
key-this-pc-is-the-key = このPCが壊れても、保管庫のバックアップとパスフレーズ（または復元の言葉）があればパスキーは戻ります。バックアップを作り、大切なサービスには予備の鍵も登録してください。
key-wink = どの鍵かと尋ねられています。この鍵です。
key-ask-touch = { $what } 許可しますか。
key-ask-reset-hard = プログラムが、この鍵のすべてのパスキーとPINを消そうとしています。パスキーは30日以内なら「kagifuda undo」で戻せます。許可しますか。
key-ask-unlock = { $what } 保管庫が閉じています。別の端末で「kagifuda unlock」を使って開けてください。
key-ask-over = 要求は終わりました。
key-about-select = どの鍵を使うかをプログラムが尋ねています。
key-about-register = { $site } が { $account } 用にこの鍵を登録しようとしています。
key-about-excluded = { $site } がこの鍵を登録しようとしていますが、すでに登録されています。
key-about-sign-in-as = { $site } に { $account } としてサインインしようとしています。
key-about-sign-in = { $site } にサインインしようとしています。
key-about-u2f-register = あるサイトがこの鍵を登録しようとしています（U2Fのため、鍵からはサイト名が見えません）。
key-about-u2f-sign-in = あるサイトにサインインしようとしています（U2Fのため、鍵からはサイト名が見えません）。
key-about-token = プログラムがPINなしでこの鍵を使おうとしています。
key-about-manage = プログラムがこの鍵のパスキーを管理しようとしています。
key-about-reset = プログラムが、この鍵のすべてのパスキーとPINを消そうとしています。パスキーは30日以内なら「kagifuda undo」で戻せます。
