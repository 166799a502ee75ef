# 質問。どの秘密をたずねているか、何ではないかを、それぞれ述べます。

ask-vault-passphrase = {"この保管庫のパスフレーズ (パソコンのパスワードではありません): "}
ask-new-vault-passphrase = {"この保管庫の新しいパスフレーズ (パソコンのパスワードではありません): "}
ask-backup-passphrase = {"バックアップのパスフレーズ (作ったときのもの。パソコンのパスワードではありません): "}
ask-again = {"同じものをもう一度: "}
ask-number = {"番号: "}
ask-number-again = 番号のどれかを入力してください。
ask-wrong-again = { $left ->
       *[other] それでは開きません。あと { $left } 回試せます。
    }
ask-weak-anyway = それでも使いますか？
ask-yes-no = {"はい=y、いいえ=N: "}
ask-strength-weak = ファイルを手にした人に、数日で当てられてしまいます。(自分で考えず、さいころなどで) でたらめに選んだ4つ以上の言葉なら、ずっと安全です。
ask-strength-fair = PC 1台が相手なら何年も持ちますが、何台も使う相手には足りません。でたらめに選んだ言葉をあと1つか2つ足せば十分です。
ask-strength-good = でたらめに選んだものなら、強いパスフレーズです。歌詞や本の一節は強くありません。
ask-words = この保管庫の復元の言葉24個を、いくつかずつ入力し、そのつど Enter を押してください。入力した文字は表示されません。カタカナでも、番号が付いていてもかまいません。
ask-words-from = {"復元の言葉 "}{ $next }{" 番目から: "}
ask-word-unknown = { $position } 番目は、復元の言葉に使われる言葉ではありません。この行を入力し直してください。
ask-word-unknown-like = { $position } 番目は、復元の言葉に使われる言葉ではありません。次のどれかではありませんか: { $like }。この行を入力し直してください。
ask-word-other-language = { $position } 番目は、それまでの言葉と言語が違います。この行を入力し直してください。
ask-word-number = {"書き留めたことを確かめます。"}{ $number }{" 番目の言葉は何ですか？ "}
ask-word-wrong = その言葉ではありません。書き留めたものを見てください。

ask-token-secret = {"トークンの秘密の文字列、または otpauth:// のアドレス (サービスのパスワードではありません): "}
ask-token-pin = {"トークンの PIN (アプリで決めたもの。スマートフォンやカードの PIN ではありません): "}
ask-token-issuer = {"どのサービスのものですか (例: GitHub)？ "}
ask-token-account = {"どのアカウントのものですか (例: me@example.org)？ なければ Enter: "}
ask-file-password = {"このファイルのパスワード (書き出したときに決めたもの。この保管庫のパスフレーズではありません): "}
ask-file-password-again = それではファイルが開きません。
ask-export-password = {"この書き出しの新しいパスワード (相手のアプリで必要です。この保管庫のパスフレーズではありません): "}
ask-age-passphrase = {"この age ファイルの新しいパスフレーズ (この保管庫のパスフレーズではありません): "}
ask-note = {"メモ: "}
ask-note-text = 本文を入力してください。入力した文字は表示されます。空の行で Ctrl-D を押すと終わります。
ask-backup-codes = バックアップコードを1行に1つずつ入力してください。入力した文字は表示されます。空の行で Ctrl-D を押すと終わります。
ask-where-codes = {"このバックアップコードはどこに置いていますか (例: 家の青いファイル)？ "}
