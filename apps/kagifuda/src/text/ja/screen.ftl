# 画面。

screen-codes = コード
screen-backup = バックアップコード
screen-map = 地図
screen-review = 点検
screen-history = 履歴
screen-search = 検索:
screen-folder = フォルダー:
screen-count = { $all } 件中 { $shown } 件
screen-none-yet = まだ何もありません。「kagifuda token import ファイル」でほかのアプリのトークンを、「kagifuda codes add」でバックアップコードを入れられます。
screen-no-match = 当てはまるものがありません。Esc ですべてに戻ります。
screen-on-enter = Enter で
screen-keys-codes = 文字で検索  Enter コピー  ^R 隠す  ^Q QR  ^F フォルダー  Tab 次  ? キー
screen-keys-backup = 文字で検索  Enter 1つ使う  ^F フォルダー  Tab 次  ? キー
screen-keys-page = ↑↓ 動かす  Tab 次へ  Esc 終わる  ? キーの説明
screen-copied = コピーしました。{ $seconds } 秒後にクリップボードから消します。
screen-code-used = これで使用済みになりました。どれかキーを押してください。
screen-may-use = この組のバックアップコードを1つ表示し、使用済みにしますか。Enter で「はい」、ほかのキーで「いいえ」です。
screen-too-low = この QR コードには { $lines } 行の高さが必要です。ウィンドウを広げるか、文字を小さくしてください。
screen-locked = 保管庫が閉じました。
screen-help =
    文字               入力しながら検索
    ↑ ↓ Page           選ぶ
    Enter              コードをコピー。数えるトークンは次のコードを作る
    Ctrl-R             コードを隠す、また出す
    Ctrl-Q             トークンを QR コードで (秘密そのものです)
    Ctrl-F             フォルダーを順に
    Tab、Shift-Tab     次の画面、前の画面
    Esc                戻る。検索が空なら終わる
    Ctrl-C             すぐに終わる

    ~/.config/kagifuda/settings に「display.conceal = yes」と書くと、
    はじめから隠します。
