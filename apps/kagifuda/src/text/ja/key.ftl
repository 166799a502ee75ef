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

# 差し込まれている鍵。どこの製品でも。

key-touch-it = 鍵が待っています。いま触れてください。
key-winked = { $name } が、点滅などで自分を示しています。
key-list-plugged-in = 差し込まれている鍵
key-list-in-vault = 保管庫にある鍵
key-list-forbidden = 使う権限がありません。「kagifuda key info」で理由が見られます
key-list-no-node = 届きません
key-head-device = デバイス
key-head-serial = シリアル番号
key-info-usb = USB の番号
key-info-model = 機種 (AAGUID)
key-info-versions = 版
key-info-pin = PIN の状態
key-info-pin-never = なし。この鍵では設定できません
key-info-pin-unset = まだなし。{ $least } 文字以上
key-info-pin-set = 設定済み。あと { $left } 回試せます
key-info-pin-must-change = 設定済み。何よりも先に変更が必要。あと { $left } 回試せます
key-info-pin-replug = 続けて間違えたため、差し直しが必要
key-info-pin-blocked = 完全に使えません。リセットだけが有効
key-info-uv = 本人を見分ける
key-info-uv-taught = はい
key-info-uv-untaught = できますが、まだ教えていません
key-info-always-uv = いつも本人確認を求める
key-info-room = パスキーの空き (目安)
key-info-blobs = データの空き
key-info-bytes = { $count } バイト
key-info-reset = リセットの仕方
key-info-reset-usual = 差し込んでから数秒の間に、触れて
key-info-reset-long = 長く触れて
key-info-extensions = 拡張
key-info-algorithms = アルゴリズム
key-info-transports = 届き方
key-info-firmware = ファームウェア
